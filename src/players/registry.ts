/**
 * All agents and users by name: those that fit any environment, and the pairs that share a language. Anybody else's is a
 * module that is named by its path.
 */
import { resolve } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import { type AgentDefinition, generalAgents } from '../agents/registry.ts';
import { JuxtaError } from '../base/errors.ts';
import { userDefault } from '../base/user-module.ts';
import type { EnvironmentDefinition } from '../environments/definition.ts';
import { isModulePath } from '../environments/registry.ts';
import { generalUsers, type UserDefinition } from '../users/registry.ts';
import type { User } from '../users/user.ts';

const travelAgent = () => import('./travel/agent/script.ts');
const tauSupervised = () => import('./tau/user/supervised.ts');

const agents: readonly AgentDefinition[] = [
  ...generalAgents,
  {
    name: 'script',
    kind: 'script',
    create: async () => {
      const { perfectErrors, scriptAgent } = await travelAgent();
      return scriptAgent(perfectErrors) as Agent;
    },
  },
  {
    name: 'fallible-script',
    kind: 'script',
    create: async () => {
      const { fallibleErrors, scriptAgent } = await travelAgent();
      return scriptAgent(fallibleErrors) as Agent;
    },
  },
  {
    name: 'human',
    kind: 'person',
    create: async () => (await import('./human/agent.ts')).humanAgent() as Agent,
  },
  {
    name: 'ground-truth',
    kind: 'script',
    errs: true,
    create: async ({ pace, errorRate }) => {
      const { groundTruthAgent } = await import('./tau/agent/ground-truth.ts');
      return groundTruthAgent({ pace, errorRate }) as Agent;
    },
  },
];

const users: readonly UserDefinition[] = [
  {
    name: 'agenda',
    kind: 'script',
    create: async () => (await import('./travel/user/user.ts')).agendaUser() as User,
  },
  ...generalUsers,
  {
    name: 'llm',
    kind: 'model',
    create: async settings => (await import('./tau/user/simulator.ts')).llmUser(settings) as User,
  },
  {
    name: 'llm-react',
    kind: 'model',
    create: async settings => (await import('./tau/user/react.ts')).reactUser(settings) as User,
  },
  {
    name: 'llm-verify',
    kind: 'model',
    create: async settings => (await tauSupervised()).verifyUser(settings) as User,
  },
  {
    name: 'llm-reflection',
    kind: 'model',
    create: async settings => (await tauSupervised()).reflectionUser(settings) as User,
  },
  {
    name: 'tau-script',
    kind: 'script',
    create: async () => (await import('./tau/user/script.ts')).scriptUser() as User,
  },
];

export const agentNames: readonly string[] = agents.map(({ name }) => name);
export const userNames: readonly string[] = users.map(({ name }) => name);

/** Agents that heed an error rate. */
export const erringAgents: readonly string[] = agents.filter(({ errs }) => errs).map(({ name }) => name);
/** Users that need no model. */
export const scriptedUsers: readonly string[] = users
  .filter(({ kind }) => kind !== 'model')
  .map(({ name }) => name);

const named = async <T extends Definition>(
  what: 'agent' | 'user',
  list: readonly T[],
  name: string,
): Promise<T> => {
  const found = list.find(one => one.name === name);
  if (found) return found;
  if (isModulePath(name))
    return userDefault(name, {
      what,
      example: `export default { name: 'mine', kind: 'model', create: async settings => … }`,
      isOne: (value): value is T => isDefinition(value),
    });
  throw new JuxtaError(`unknown-${what}`, `there is no ${what} called ${JSON.stringify(name)}`, {
    hint: `choose one of: ${list.map(one => one.name).join(', ')}; or name a module by its path`,
  });
};

type Definition = Pick<AgentDefinition, 'name'> & { readonly kind: string };

const isDefinition = (value: unknown): boolean => {
  const { name, kind, create } = (value ?? {}) as Partial<AgentDefinition>;
  return typeof name === 'string' && typeof kind === 'string' && typeof create === 'function';
};

/** How a run stores what names an agent or user: a module by its whole path. */
export const playerSpec = (name: string): string => (isModulePath(name) ? resolve(name) : name);

type Aliases = Pick<EnvironmentDefinition, 'aliases'>;

/**
 * @param name a name, or the whole path of a module whose default export is an `AgentDefinition`
 * @param environment where it is to play: some names mean something else there
 * @throws JuxtaError `unknown-agent`, `bad-module`
 */
export const agentNamed = (name: string, { aliases }: Aliases = {}): Promise<AgentDefinition> =>
  named('agent', agents, aliases?.agents?.[name] ?? name);

/**
 * @param name a name, or the whole path of a module whose default export is a `UserDefinition`
 * @param environment where it is to play: some names mean something else there
 * @throws JuxtaError `unknown-user`, `bad-module`
 */
export const userNamed = (name: string, { aliases }: Aliases = {}): Promise<UserDefinition> =>
  named('user', users, aliases?.users?.[name] ?? name);
