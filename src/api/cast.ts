/** Who plays, as objects: for conversations and searches that are driven from code and stored nowhere. */
import type { Agent } from '../agents/agent.ts';
import type { EnvironmentDefinition } from '../environments/definition.ts';
import { defaultPace, type Environment } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import type { Model } from '../models/model.ts';
import type { Cast } from '../play/conversation.ts';
import { agentNamed, playerSpec, userNamed } from '../players/registry.ts';
import type { User } from '../users/user.ts';
import { openModel } from './models.ts';
import { environmentSpec } from './players.ts';

/** Who plays, each by name or as an object. */
export interface CastSettings {
  /** By name or path, a definition (what `defineEnvironment` gives), or one that is open. */
  readonly environment: string | EnvironmentDefinition | Environment;
  /** The agent's, by name or as an object; a script needs none. */
  readonly model?: string | Model;
  /** Default: `function-calling`. */
  readonly agent?: string | Agent;
  /** Default: a model that plays by the task's instructions where `userModel` is given, or else the task's script. */
  readonly user?: string | User;
  readonly userModel?: string | Model;
  /** Default: 1. */
  readonly temperature?: number;
  /** Most tokens per request to the agent's model (default: 1024). */
  readonly maxTokens?: number;
}

/**
 * Opens environment, agent, model and user.
 * @example
 * const cast = await createCast({ environment: returnsDesk, model, user: 'script' });
 * const [task] = cast.environment.tasks('test');
 * const { reward, turns } = await converse(cast, task, 1, { maxMessages: 15, maxTries: 3 });
 * await cast.environment.dispose?.();
 * @throws JuxtaError `unknown-environment`, `unknown-agent`, `unknown-user`, and as `openModel`
 */
export const createCast = async (settings: CastSettings): Promise<Cast> => {
  const { environment, definition } = await opened(settings.environment);
  const { agent = 'function-calling', temperature = 1, maxTokens = 1024 } = settings;
  const userModel = settings.userModel === undefined ? undefined : await modelOf(settings.userModel);
  const usual = userModel ? (definition?.user.withModel ?? 'goal') : (definition?.user.scripted ?? 'script');
  const { user = usual } = settings;
  const pace = (environment.pace ?? defaultPace).unit;
  return {
    environment,
    agent:
      typeof agent === 'string'
        ? await (await agentNamed(playerSpec(agent), definition)).create({
            protocol: 'default',
            pace,
            errorRate: 0,
          })
        : agent,
    model: settings.model === undefined ? noModel : await modelOf(settings.model),
    user:
      typeof user === 'string'
        ? await (await userNamed(playerSpec(user), definition)).create({
            model: userModel ?? noModel,
            protocol: 'default',
            onFault: () => undefined,
          })
        : user,
    temperature,
    maxTokens,
  };
};

const opened = async (
  given: CastSettings['environment'],
): Promise<{ readonly environment: Environment; readonly definition?: EnvironmentDefinition }> => {
  if (typeof given === 'string') {
    const spec = environmentSpec({ environment: given });
    return { environment: await openEnvironment(spec), definition: await definitionOf(spec) };
  }
  return 'open' in given ? { environment: await given.open({}), definition: given } : { environment: given };
};

const modelOf = async (given: string | Model): Promise<Model> =>
  typeof given === 'string' ? openModel(given) : given;

const noModel: Model = {
  id: 'none',
  generate: () => Promise.reject(new Error('a model was asked for, and none is named')),
};
