import { toolCall } from '../../dialogue/message.ts';
import { abortedFault } from '../fault.ts';
import { pause } from '../layers/flight.ts';
import { type SampleRequest, seedsOf } from '../layers/samples.ts';
import type { Completion, GenerateRequest, Model } from '../model.ts';

/** A completion that says something, or calls a tool. */
export const said = (text: string | null, usage = { inputTokens: 10, outputTokens: 5 }): Completion => ({
  text,
  toolCalls: [],
  usage,
  finishReason: 'stop',
});
export const called = (name: string, args: string): Completion => ({
  text: null,
  toolCalls: [toolCall(`call_${name}`, name, args)],
  usage: { inputTokens: 10, outputTokens: 5 },
  finishReason: 'tool-calls',
});

export const request = (change: Partial<SampleRequest> = {}): SampleRequest => ({
  messages: [{ role: 'user', content: 'hello' }],
  tools: [],
  temperature: 1,
  maxTokens: 16,
  seed: 7,
  ...change,
});

export interface FakeModel extends Model {
  readonly requests: SampleRequest[];
  /** Requests being answered at this moment, and the most there ever were. */
  readonly flight: { now: number; most: number };
}

/**
 * A model in this process that answers by a function, one call per sample, and remembers what it was asked.
 * @param options.delayMs before each answer
 */
export const fakeModel = (
  answer: (request: GenerateRequest, seed: number, asked: number) => Completion | Promise<Completion>,
  options: { readonly delayMs?: number; readonly id?: string } = {},
): FakeModel => {
  const { delayMs = 0, id = 'fake:model' } = options;
  const requests: SampleRequest[] = [];
  const flight = { now: 0, most: 0 };
  return {
    id,
    requests,
    flight,
    generate: async (asked, signal) => {
      if (signal?.aborted) throw abortedFault(id);
      requests.push(asked);
      const number = requests.length;
      flight.most = Math.max(flight.most, ++flight.now);
      try {
        if (delayMs > 0) await pause(delayMs, id, signal);
        return await Promise.all(seedsOf(asked).map(seed => answer(asked, seed, number)));
      } finally {
        flight.now--;
      }
    },
  };
};
