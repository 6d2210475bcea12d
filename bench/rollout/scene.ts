/** What the measurements of rollouts share: ToolWOZ tasks, the scripted policy of the reference's, and models that play it. */
import { toolCall } from '../../src/dialogue/message.ts';
import type { Environment, Task } from '../../src/environments/environment.ts';
import { openEnvironment } from '../../src/environments/open.ts';
import { type SampleRequest, seedsOf } from '../../src/models/layers/samples.ts';
import type { Completion } from '../../src/models/model.ts';
import {
  type ScriptedPolicyOptions,
  type ScriptedTask,
  scriptedPolicy,
} from '../../src/models/testing/scripted-policy.ts';
import type { CastSpec } from '../../src/rollout/cast.ts';

export interface Scene {
  readonly environment: Environment;
  readonly tasks: readonly Task[];
  readonly policy: ScriptedPolicyOptions;
}

/** The first tasks of ToolWOZ's validation split, as in `reference_speed.json`. */
export const openScene = async (count: number): Promise<Scene> => {
  const environment = await openEnvironment({ name: 'toolwoz' });
  const tasks = environment.tasks('val', { count });
  const scripted = tasks.map(
    (task): ScriptedTask => ({
      id: task.id,
      instructions: task.instructions,
      goals: environment.goals(task),
    }),
  );
  return { environment, tasks, policy: { tasks: scripted } };
};

/** @param protocol the scripted user hangs up for no reason, which only the reference takes as it is */
export const castOf = (model: string, protocol: 'default' | 'reference' = 'reference'): CastSpec => ({
  environment: { name: 'toolwoz' },
  agent: 'function-calling',
  pace: 'turns',
  protocol,
  model,
  user: 'goal',
  userModel: model,
  maxTokens: 256,
});

export interface InProcessModel {
  readonly id: string;
  readonly batches: true;
  generate(request: SampleRequest): Promise<readonly Completion[]>;
  /** Requests so far, of agents and of users, and the characters of their prompts. */
  readonly counts: { agent: number; user: number; promptCharacters: number };
  /** CPU time that the policy itself took, in ms. */
  readonly policyMs: () => number;
}

/** The policy without any HTTP. @param answered awaited before each answer */
export const inProcessModel = (scene: Scene, answered: () => Promise<void>): InProcessModel => {
  const policy = scriptedPolicy(scene.policy);
  const counts = { agent: 0, user: 0, promptCharacters: 0 };
  let spent = 0;
  const generate = async (request: SampleRequest): Promise<readonly Completion[]> => {
    const { messages, tools, temperature } = request;
    counts[tools.length > 0 ? 'agent' : 'user']++;
    await answered();
    const began = process.threadCpuUsage();
    for (const { content } of messages) counts.promptCharacters += content?.length ?? 0;
    const scripted = { model: 'scripted', messages, toolNames: tools.map(tool => tool.name), temperature };
    const completions = seedsOf(request).map((seed): Completion => {
      const { text = null, toolCalls = [] } = policy(scripted, seed);
      const calls = toolCalls.map((call, i) => toolCall(`call_${seed}_${i}`, call.name, call.arguments));
      return {
        text,
        toolCalls: calls,
        usage: { inputTokens: 100, outputTokens: 50 },
        finishReason: calls.length > 0 ? 'tool-calls' : 'stop',
      };
    });
    const { user, system } = process.threadCpuUsage(began);
    spent += (user + system) / 1000;
    return completions;
  };
  return { id: 'http://in-process/v1#scripted', batches: true, generate, counts, policyMs: () => spent };
};

/** Answers come in lockstep: all that were asked for by then, at once. The number of steps is the longest chain of calls. */
export const lockstep = (): { readonly answered: () => Promise<void>; readonly steps: () => number } => {
  let waiting: (() => void)[] = [];
  let steps = 0;
  const step = (): void => {
    const group = waiting;
    waiting = [];
    steps++;
    for (const answer of group) answer();
  };
  return {
    // A timer comes after everything that one answer can set off.
    answered: () =>
      new Promise(resolve => {
        if (waiting.push(resolve) === 1) setTimeout(step);
      }),
    steps: () => steps,
  };
};
