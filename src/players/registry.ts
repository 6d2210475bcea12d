/** All agents and users by name: those that fit any environment, and the pairs that share a language. */
import type { Agent } from '../agents/agent.ts';
import { type AgentDefinition, generalAgents } from '../agents/registry.ts';
import { JuxtaError } from '../base/errors.ts';
import type { EnvironmentDefinition } from '../environments/definition.ts';
import { generalUsers, type UserDefinition } from '../users/registry.ts';
import type { User } from '../users/user.ts';
import { groundTruthAgent } from './tau/agent/ground-truth.ts';
import { reactUser } from './tau/user/react.ts';
import { scriptUser } from './tau/user/script.ts';
import { llmUser } from './tau/user/simulator.ts';
import { reflectionUser, verifyUser } from './tau/user/supervised.ts';
import { fallibleErrors, perfectErrors, scriptAgent } from './travel/agent/script.ts';
import { agendaUser } from './travel/user/user.ts';

const agents: readonly AgentDefinition[] = [
  ...generalAgents,
  { name: 'script', kind: 'script', create: () => scriptAgent(perfectErrors) as Agent },
  { name: 'fallible-script', kind: 'script', create: () => scriptAgent(fallibleErrors) as Agent },
  {
    name: 'ground-truth',
    kind: 'script',
    errs: true,
    create: ({ pace, errorRate }) => groundTruthAgent({ pace, errorRate }) as Agent,
  },
];

const users: readonly UserDefinition[] = [
  { name: 'agenda', kind: 'script', create: () => agendaUser() as User },
  ...generalUsers,
  { name: 'llm', kind: 'model', create: settings => llmUser(settings) as User },
  { name: 'llm-react', kind: 'model', create: settings => reactUser(settings) as User },
  { name: 'llm-verify', kind: 'model', create: settings => verifyUser(settings) as User },
  { name: 'llm-reflection', kind: 'model', create: settings => reflectionUser(settings) as User },
  { name: 'tau-script', kind: 'script', create: () => scriptUser() as User },
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
