/** Who plays, as plain data that can be stored with a run and sent to a worker thread, and as the parts themselves. */
import { act } from '../agents/act/act.ts';
import type { Agent } from '../agents/agent.ts';
import {
  type FunctionCallingOptions,
  functionCalling,
  singleRequests,
  wholeTurns,
} from '../agents/function-calling.ts';
import { react } from '../agents/react/react.ts';
import { JuxtaError } from '../base/errors.ts';
import type { Environment, Tool } from '../environments/environment.ts';
import { type EnvironmentSpec, openEnvironment } from '../environments/open.ts';
import { openEmbeddedModel } from '../models/embedded/model.ts';
import type { Model } from '../models/model.ts';
import type { Cast } from '../play/conversation.ts';
import { groundTruthAgent } from '../players/tau/agent/ground-truth.ts';
import { reactUser } from '../players/tau/user/react.ts';
import { scriptUser as tauScriptUser } from '../players/tau/user/script.ts';
import { llmUser } from '../players/tau/user/simulator.ts';
import { reflectionUser, verifyUser } from '../players/tau/user/supervised.ts';
import { fallibleErrors, perfectErrors, scriptAgent } from '../players/travel/agent/script.ts';
import { agendaUser } from '../players/travel/user/user.ts';
import { goalUser } from '../users/goal/goal.ts';
import { guideUser } from '../users/guide/guide.ts';
import { humanUser } from '../users/human/human.ts';
import { scriptUser } from '../users/script/script.ts';
import type { User } from '../users/user.ts';

/** Agents that ask a model, and scripts that need none. */
export const agentNames = [
  'function-calling',
  'react',
  'act',
  'script',
  'fallible-script',
  'ground-truth',
] as const;
export type AgentName = (typeof agentNames)[number];

/** Users that need no model. */
const plainUsers = ['agenda', 'script', 'human'] as const;

/** Users that a model plays. */
const modelUsers = {
  goal: goalUser,
  guide: guideUser,
  llm: llmUser,
  'llm-react': reactUser,
  'llm-verify': verifyUser,
  'llm-reflection': reflectionUser,
};
type ModelUser = keyof typeof modelUsers;

export type UserName = (typeof plainUsers)[number] | ModelUser;
export const userNames: readonly UserName[] = [...plainUsers, ...(Object.keys(modelUsers) as ModelUser[])];

export interface CastSpec {
  readonly environment: EnvironmentSpec;
  /** `script` makes no errors and shows what can be reached; `fallible-script` is the base model's teacher. */
  readonly agent: AgentName;
  /** Share of the ground-truth agent's actions that go wrong. */
  readonly errorRate?: number;
  /** Whether the search steps the agent by whole turns or by single model requests. */
  readonly pace: 'turns' | 'requests';
  readonly protocol: 'default' | 'reference';
  /** Path of the embedded model's weights, or the name of a provider's model. Scripted agents need none. */
  readonly model: string | null;
  readonly user: UserName;
  readonly userModel: string | null;
  /** The model that judges what the environment cannot (τ²-bench's assertions); without one they are not judged. */
  readonly judge?: string;
  readonly maxTokens: number;
}

/** The tools that go with an agent's requests. One that reads of them in its prompt gets none besides. */
export const toolsSent = ({ agent }: CastSpec, { tools }: Environment): readonly Tool[] =>
  agent === 'react' || agent === 'act' ? [] : tools;

/** A cast without its temperature, which is each job's, and a judge of what the environment cannot judge. */
export type Players = Omit<Cast, 'temperature'> & { readonly judge?: Model };

/** Opens the model of that name. */
export type OpenModel = (name: string) => Promise<Model>;

/** A model that is reached over a network, not computed here. */
export const isRemote = (model: string | null): boolean =>
  model !== null && /^(openai|anthropic|google):|^https?:\/\//.test(model);

/** Whether jobs are waited for rather than computed. A human sits at this process's terminal. */
export const playsHere = ({ model, userModel, user, judge }: CastSpec): boolean =>
  isRemote(model) || isRemote(userModel) || isRemote(judge ?? null) || user === 'human';

/**
 * @param remote opens models that are reached over a network
 * @param onUserFault told of every sample of the user that could not be used
 * @throws JuxtaError for a name that nothing answers to, BadInputError for data or weights that cannot be read
 */
export const openCast = async (
  spec: CastSpec,
  remote?: OpenModel,
  onUserFault: (kind: string) => void = () => undefined,
): Promise<Players> => {
  const open = async (name: string): Promise<Model> => {
    if (!isRemote(name)) return openEmbeddedModel(name, { id: name });
    if (remote) return remote(name);
    throw new JuxtaError('no-remote-models', `${name} cannot be reached from a worker thread`);
  };
  return {
    environment: await openEnvironment(spec.environment),
    agent: agentOf(spec),
    model: spec.model === null ? noModel : await open(spec.model),
    user: await userOf(spec, open, onUserFault),
    ...(spec.judge !== undefined && { judge: await open(spec.judge) }),
    maxTokens: spec.maxTokens,
    protocol: spec.protocol,
  };
};

const isTau = ({ environment }: CastSpec): boolean => environment.name.startsWith('tau');

const agentOf = (spec: CastSpec): Agent => {
  const { agent, pace, protocol, errorRate = 0 } = spec;
  const options: FunctionCallingOptions = { ...(pace === 'turns' ? wholeTurns : singleRequests), protocol };
  switch (agent) {
    case 'function-calling':
      return functionCalling(options);
    case 'react':
      return isTau(spec) ? act({ ...options, thoughts: true }) : react(options);
    case 'act':
      return act(options);
    case 'script':
      return scriptAgent(perfectErrors);
    case 'fallible-script':
      return scriptAgent(fallibleErrors);
    case 'ground-truth':
      return groundTruthAgent({ pace, errorRate });
  }
};

/** The model that plays the user, null if none does. @throws JuxtaError `no-user-model` if one is needed, and none named */
export const userModelOf = ({
  user,
  userModel,
}: Pick<CastSpec, 'user' | 'userModel'>): CastSpec['userModel'] => {
  if (userModel !== null || !(user in modelUsers)) return userModel;
  throw new JuxtaError('no-user-model', `the user ${user} is played by a model, and none is named`, {
    hint: 'name one with --user-model, or choose --user agenda',
  });
};

const userOf = async (spec: CastSpec, open: OpenModel, onFault: (kind: string) => void): Promise<User> => {
  const { user, protocol } = spec;
  switch (user) {
    case 'agenda':
      return agendaUser();
    case 'human':
      return humanUser();
    case 'script':
      return isTau(spec) ? tauScriptUser() : scriptUser();
    default:
      return modelUsers[user]({ model: await open(userModelOf(spec)!), protocol, onFault });
  }
};

/** Says before a run begins whether its user can play such tasks. @throws JuxtaError what the user throws */
export const checkUser = async (spec: CastSpec, { tasks, splits }: Environment): Promise<void> => {
  const user = await userOf(
    spec,
    async () => noModel,
    () => undefined,
  );
  const [task] = tasks(splits[0]!, { count: 1 });
  if (task) user.begin(task, 0);
};

/** Stands where a scripted agent needs no model. */
const noModel: Model = {
  id: 'none',
  generate: () => Promise.reject(new Error('a scripted agent asked for a model')),
};
