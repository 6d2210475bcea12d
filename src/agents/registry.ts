/** Agents that fit any environment, one line each. Those that share a language with a user are in `players/`. */
import { act } from './act/act.ts';
import type { Agent } from './agent.ts';
import { functionCalling, type Protocol, singleRequests, wholeTurns } from './function-calling.ts';
import { react } from './react/react.ts';

export interface AgentSettings {
  readonly protocol: Protocol;
  /** Whether a step is a whole turn or one model request. */
  readonly pace: 'turns' | 'requests';
  /** Share of a script's actions that go wrong, where it can be set. */
  readonly errorRate: number;
}

export interface AgentDefinition {
  readonly name: string;
  /** `model`: asks one, with the tools in its request. `prompted-model`: reads of the tools in its prompt. `script`: asks none. */
  readonly kind: 'model' | 'prompted-model' | 'script';
  /** True if it heeds `errorRate`. */
  readonly errs?: boolean;
  create(settings: AgentSettings): Agent;
}

const paced = ({ pace, protocol }: AgentSettings) => ({
  ...(pace === 'turns' ? wholeTurns : singleRequests),
  protocol,
});

export const generalAgents: readonly AgentDefinition[] = [
  { name: 'function-calling', kind: 'model', create: settings => functionCalling(paced(settings)) as Agent },
  { name: 'react', kind: 'prompted-model', create: settings => react(paced(settings)) as Agent },
  { name: 'act', kind: 'prompted-model', create: settings => act(paced(settings)) as Agent },
  {
    name: 'act-thoughts',
    kind: 'prompted-model',
    create: settings => act({ ...paced(settings), thoughts: true }) as Agent,
  },
];
