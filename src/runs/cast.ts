/** Who plays, as plain data that can be stored with a run and sent to a worker thread, and as the parts themselves. */

import type { Agent } from '../agents/agent.ts';
import { functionCalling, singleRequests, wholeTurns } from '../agents/function-calling.ts';
import { fallibleErrors, perfectErrors, scriptAgent } from '../agents/script/script.ts';
import { JuxtaError } from '../base/errors.ts';
import { type EnvironmentSpec, openEnvironment } from '../environments/open.ts';
import { openEmbeddedModel } from '../models/embedded/model.ts';
import type { Model } from '../models/model.ts';
import type { Cast } from '../search/conversation.ts';
import { agendaUser } from '../users/agenda/user.ts';
import type { User } from '../users/user.ts';

export interface CastSpec {
  readonly environment: EnvironmentSpec;
  /** `script` makes no errors and shows what can be reached; `fallible-script` is the base model's teacher. */
  readonly agent: 'function-calling' | 'script' | 'fallible-script';
  /** Whether the search steps the agent by whole turns or by single model requests. */
  readonly pace: 'turns' | 'requests';
  readonly protocol: 'default' | 'reference';
  /** For the embedded model: the path of its weights. Scripted agents need none. */
  readonly model: string | null;
  readonly user: 'agenda';
  readonly maxTokens: number;
}

/** @throws JuxtaError for a name that nothing answers to, BadInputError for data or weights that cannot be read */
export const openCast = async (spec: CastSpec): Promise<Omit<Cast, 'temperature'>> => ({
  environment: await openEnvironment(spec.environment),
  agent: agentOf(spec),
  model: spec.model === null ? noModel : await openEmbeddedModel(spec.model, { id: spec.model }),
  user: userOf(spec),
  maxTokens: spec.maxTokens,
});

const agentOf = ({ agent, pace, protocol }: CastSpec): Agent => {
  if (agent !== 'function-calling')
    return scriptAgent(agent === 'script' ? perfectErrors : fallibleErrors) as Agent;
  return functionCalling({ ...(pace === 'turns' ? wholeTurns : singleRequests), protocol }) as Agent;
};

const userOf = ({ user }: CastSpec): User => {
  if (user === 'agenda') return agendaUser() as User;
  throw new JuxtaError('unknown-user', `there is no user called ${JSON.stringify(user)}`);
};

/** Stands where a scripted agent needs no model. */
const noModel: Model = {
  id: 'none',
  generate: () => Promise.reject(new Error('a scripted agent asked for a model')),
};
