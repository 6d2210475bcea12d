/** Agents that fit any environment, one line each. Those that share a language with a user are in `players/`. */
import type { Agent } from './agent.ts';
import type { Protocol } from './function-calling.ts';

export interface AgentSettings {
  readonly protocol: Protocol;
  /** Whether a step is a whole turn or one model request. */
  readonly pace: 'turns' | 'requests';
  /** Share of a script's actions that go wrong, where it can be set. */
  readonly errorRate: number;
}

/**
 * What makes an agent: a line of the registry, or the default export of a module that `--agent ./mine.ts` names.
 * @example
 * const mine: AgentDefinition = { name: 'mine', kind: 'model', create: async () => myAgent };
 */
export interface AgentDefinition {
  readonly name: string;
  /** `model`: asks one, with the tools in its request. `prompted-model`: reads of the tools in its prompt. `script`: asks none.
   * `person`: asks whoever sits at this process's terminal. */
  readonly kind: 'model' | 'prompted-model' | 'script' | 'person';
  /** True if it heeds `errorRate`. */
  readonly errs?: boolean;
  /** Loads what it is made of only now: whoever asks for names needs none of it. */
  create(settings: AgentSettings): Promise<Agent>;
}

const calling = async ({ pace, protocol }: AgentSettings) => {
  const { functionCalling, singleRequests, wholeTurns } = await import('./function-calling.ts');
  return { functionCalling, options: { ...(pace === 'turns' ? wholeTurns : singleRequests), protocol } };
};

const acting = async (settings: AgentSettings, thoughts: boolean): Promise<Agent> => {
  const { act } = await import('./act/act.ts');
  const { options } = await calling(settings);
  return act({ ...options, ...(thoughts && { thoughts }) }) as Agent;
};

export const generalAgents: readonly AgentDefinition[] = [
  {
    name: 'function-calling',
    kind: 'model',
    create: async settings => {
      const { functionCalling, options } = await calling(settings);
      return functionCalling(options) as Agent;
    },
  },
  {
    name: 'react',
    kind: 'prompted-model',
    create: async settings => {
      const { react } = await import('./react/react.ts');
      const { options } = await calling(settings);
      return react(options) as Agent;
    },
  },
  { name: 'act', kind: 'prompted-model', create: settings => acting(settings, false) },
  { name: 'act-thoughts', kind: 'prompted-model', create: settings => acting(settings, true) },
];
