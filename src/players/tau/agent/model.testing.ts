/**
 * The ground truth as a model: any agent strategy over it plays τ-bench tasks with the `script` user, through whole prompts and,
 * behind a scripted server, over HTTP.
 */
import { hash, random } from '../../../base/random.ts';
import type { Message } from '../../../dialogue/message.ts';
import { noUsage } from '../../../dialogue/turn.ts';
import { type ScriptLine, scriptOf } from '../../../environments/tau-bench/script.ts';
import type { TauTask } from '../../../environments/tau-bench/task.ts';
import { sampleSeed } from '../../../models/layers/samples.ts';
import type { Completion, Model } from '../../../models/model.ts';
import type { ScriptedPolicy, ScriptedReply } from '../../../models/testing/scripted-server.ts';
import { type Move, nextMove } from './policy.ts';

export interface GroundTruthModelOptions {
  /** The tasks whose scripts the model knows. */
  readonly tasks: readonly TauTask[];
  /** How often a move goes wrong, from 0 to 1 (default 0). */
  readonly errorRate?: number;
}

/** The move in whichever form the request speaks: tools, or `Action:` and JSON. */
const asReply = (move: Move, hasTools: boolean): ScriptedReply => {
  if (hasTools) return 'text' in move ? move : { toolCalls: [move.call] };
  return 'text' in move
    ? { text: `Action:\n${JSON.stringify({ name: 'respond', arguments: { content: move.text } })}` }
    : { text: `Action:\n{"name": ${JSON.stringify(move.call.name)}, "arguments": ${move.call.arguments}}` };
};

/** For a scripted server. What it does depends on the messages and the seed alone, and at temperature 0 not on the seed. */
export const groundTruthPolicy = ({ tasks, errorRate = 0 }: GroundTruthModelOptions): ScriptedPolicy => {
  const byText = new Map<string, ScriptLine>();
  for (const task of tasks) for (const line of scriptOf(task)) byText.set(line.text, line);
  const lineOf = ({ role, content }: Message): ScriptLine | undefined =>
    role === 'user' ? byText.get(content ?? '') : undefined;
  return ({ messages, toolNames, temperature }, seed) => {
    const heard = messages.findLastIndex(message => lineOf(message) !== undefined);
    const line = messages[heard] && lineOf(messages[heard]);
    // What has come since the user's line, and is not the agent's own, are results.
    const made = messages.slice(heard + 1).filter(({ role }) => role !== 'assistant').length;
    const draws = random('ground-truth', temperature === 0 ? hash(JSON.stringify(messages)) : seed);
    return asReply(
      nextMove(line ?? { actions: [], outputs: [] }, made, draws, errorRate),
      toolNames.length > 0,
    );
  };
};

/** @example groundTruthModel({ tasks: environment.tasks('test'), errorRate: 0.3 }) */
export const groundTruthModel = (options: GroundTruthModelOptions): Model => {
  const policy = groundTruthPolicy(options);
  return {
    id: 'scripted:ground-truth',
    generate: async ({ messages, tools, temperature, seed, n = 1 }) =>
      Array.from({ length: n }, (_, i): Completion => {
        const sample = sampleSeed(seed, i);
        const request = {
          model: 'ground-truth',
          messages,
          toolNames: tools.map(tool => tool.name),
          temperature,
        };
        const { text = null, toolCalls = [] } = policy(request, sample);
        return {
          text,
          toolCalls: toolCalls.map((call, j) => ({
            id: `call_${hash(sample, messages.length, j)}`,
            type: 'function',
            function: call,
          })),
          usage: noUsage,
          finishReason: toolCalls.length > 0 ? 'tool-calls' : 'stop',
        };
      }),
  };
};
