/** All agents and users by name: those that fit any environment, and the pairs that share a language. */
import type { Agent } from '../agents/agent.ts';
import { type AgentDefinition, generalAgents } from '../agents/registry.ts';
import { JuxtaError } from '../base/errors.ts';
import type { EnvironmentDefinition } from '../environments/definition.ts';
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

const named = <T extends { readonly name: string }>(what: string, list: readonly T[], name: string): T => {
  const found = list.find(one => one.name === name);
  if (found) return found;
  throw new JuxtaError(`unknown-${what}`, `there is no ${what} called ${JSON.stringify(name)}`, {
    hint: `choose one of: ${list.map(one => one.name).join(', ')}`,
  });
};

type Aliases = Pick<EnvironmentDefinition, 'aliases'>;

/** @param environment where it is to play: some names mean something else there. @throws JuxtaError `unknown-agent` */
export const agentNamed = (name: string, { aliases }: Aliases = {}): AgentDefinition =>
  named('agent', agents, aliases?.agents?.[name] ?? name);

/** @param environment where it is to play: some names mean something else there. @throws JuxtaError `unknown-user` */
export const userNamed = (name: string, { aliases }: Aliases = {}): UserDefinition =>
  named('user', users, aliases?.users?.[name] ?? name);
