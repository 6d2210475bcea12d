/** Who plays, as plain data that can be stored with a run and sent to a worker thread, and as the parts themselves. */
import { JuxtaError } from '../base/errors.ts';
import type { EnvironmentDefinition } from '../environments/definition.ts';
import type { Environment, Tool } from '../environments/environment.ts';
import { type EnvironmentSpec, openEnvironment } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import type { Model } from '../models/model.ts';
import { isProviderSpec } from '../models/provider/spec.ts';
import type { Cast } from '../play/conversation.ts';
import { agentNamed, scriptedUsers, userNamed } from '../players/registry.ts';
import type { User } from '../users/user.ts';

export interface CastSpec {
  readonly environment: EnvironmentSpec;
  /** By name, as in `players/registry.ts`, or by a module's path; some names mean something else in some environments. */
  readonly agent: string;
  /** Share of a scripted agent's actions that go wrong, where it can be set. */
  readonly errorRate?: number;
  /** Whether the search steps the agent by whole turns or by single model requests. */
  readonly pace: 'turns' | 'requests';
  readonly protocol: 'default' | 'reference';
  /** Path of the embedded model's weights, or the name of a provider's model. Scripted agents need none. */
  readonly model: string | null;
  readonly user: string;
  readonly userModel: string | null;
  /** Of the model that plays the user (default: the simulator's own). */
  readonly userTemperature?: number;
  /** Most tokens of a line of that model (default: the simulator's own). */
  readonly userTokens?: number;
  /** The model that judges what the environment cannot (`Environment.criteria`); without one that is not judged. */
  readonly judge?: string;
  readonly maxTokens: number;
}

/** The tools that go with an agent's requests. One that reads of them in its prompt gets none besides. */
export const toolsSent = async ({ agent }: CastSpec, { tools }: Environment): Promise<readonly Tool[]> =>
  (await agentNamed(agent)).kind === 'prompted-model' ? [] : tools;

/** A cast without its temperature, which is each job's, and a judge of what the environment cannot judge. */
export type Players = Omit<Cast, 'temperature'> & { readonly judge?: Model };

/** Whose requests a model answers: one name may play several parts. */
export type Role = 'agent' | 'user' | 'judge';

/** Opens the model of that name. */
export type OpenModel = (name: string, role: Role) => Promise<Model>;

/** A model that is reached over a network, not computed here. */
export const isRemote = (model: string | null): boolean => model !== null && isProviderSpec(model);

/** Whether jobs wait for remote models rather than compute, or for a person at this process's terminal. */
export const runsInProcess = async ({ agent, model, userModel, user, judge }: CastSpec): Promise<boolean> =>
  [model, userModel, judge ?? null].some(isRemote) ||
  (await userNamed(user)).kind === 'person' ||
  (await agentNamed(agent)).kind === 'person';

/**
 * @param remote opens models that are reached over a network
 * @param onUserFault called with the kind of every sample of the user that could not be used
 * @throws JuxtaError for a name that nothing answers to, BadInputError for data or weights that cannot be read
 */
export const openCast = async (
  spec: CastSpec,
  remote?: OpenModel,
  onUserFault: (kind: string) => void = () => undefined,
): Promise<Players> => {
  const open: OpenModel = async (name, role) => {
    if (!isRemote(name)) {
      const { openEmbeddedModel } = await import('../models/embedded/model.ts');
      return openEmbeddedModel(name, { id: name });
    }
    if (remote) return remote(name, role);
    throw new JuxtaError('no-remote-models', `${name} cannot be reached from a worker thread`);
  };
  const definition = await definitionOf(spec.environment);
  const { pace, protocol, errorRate = 0 } = spec;
  return {
    environment: await openEnvironment(spec.environment),
    agent: await (await agentNamed(spec.agent, definition)).create({ pace, protocol, errorRate }),
    model: spec.model === null ? noModel : await open(spec.model, 'agent'),
    user: await userOf(spec, definition, open, onUserFault),
    ...(spec.judge !== undefined && { judge: await open(spec.judge, 'judge') }),
    maxTokens: spec.maxTokens,
    protocol,
  };
};

/** The model that plays the user, null if none does. @throws JuxtaError `no-user-model` if one is needed, and none named */
export const userModelOf = async ({
  user,
  userModel,
}: Pick<CastSpec, 'user' | 'userModel'>): Promise<CastSpec['userModel']> => {
  if (userModel !== null || (await userNamed(user)).kind !== 'model') return userModel;
  throw new JuxtaError('no-user-model', `the user ${user} is played by a model, and none is named`, {
    hint: `name one with --user-model, or choose a user that needs none: ${scriptedUsers.join(', ')}`,
  });
};

const userOf = async (
  spec: CastSpec,
  definition: EnvironmentDefinition,
  open: OpenModel,
  onFault: (kind: string) => void,
): Promise<User> => {
  const name = await userModelOf(spec);
  const user = await userNamed(spec.user, definition);
  const model = user.kind === 'model' && name !== null ? await open(name, 'user') : noModel;
  const { protocol, userTemperature: temperature, userTokens: maxTokens } = spec;
  const { userStops: stops } = definition;
  return user.create({
    model,
    protocol,
    onFault,
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(stops && { stops }),
  });
};

/**
 * Says before a run begins whether its user can play such tasks: some may be for it, and others not.
 * @throws JuxtaError what the user throws if it can begin the first task of no split
 */
export const checkUser = async (spec: CastSpec, { tasks, splits }: Environment): Promise<void> => {
  const user = await userOf(
    spec,
    await definitionOf(spec.environment),
    async () => noModel,
    () => undefined,
  );
  const firsts = splits.flatMap(split => tasks(split, { count: 1 }));
  const problems = firsts.flatMap(task => problemOf(() => user.begin(task, 0)));
  if (problems.length > 0 && problems.length === firsts.length) throw problems[0];
};

const problemOf = (work: () => unknown): readonly unknown[] => {
  try {
    work();
    return [];
  } catch (thrown) {
    return [thrown];
  }
};

/** Stands where a scripted agent needs no model. */
const noModel: Model = {
  id: 'none',
  generate: () => Promise.reject(new Error('a scripted agent asked for a model')),
};
