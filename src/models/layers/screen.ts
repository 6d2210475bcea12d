import { hash } from '../../base/random.ts';
import { controlTokenIn } from '../../dialogue/control-tokens.ts';
import type { Tool } from '../../environments/environment.ts';
import type { Completion, GenerateRequest, Model } from '../model.ts';
import { ModelError } from '../model.ts';
import { readTextCalls } from '../text-calls/read.ts';
import type { Malformation, Observe } from './events.ts';
import { type SampleRequest, seedsOf, withSeeds } from './samples.ts';

/** What is wrong with a completion that came whole; undefined if nothing is. */
export const malformation = (
  completion: Completion,
  request: Pick<GenerateRequest, 'tools'>,
): Malformation | undefined => {
  const { text, toolCalls, finishReason } = completion;
  if (finishReason === 'length') return 'cut-off';
  if (toolCalls.length === 0 && text && readTextCalls(text, request.tools)) return 'call-in-text';
  const written = [text ?? '', ...toolCalls.map(call => call.function.arguments)];
  if (written.some(part => controlTokenIn(part) !== undefined)) return 'control-token';
  if (toolCalls.length === 0) return text?.trim() ? undefined : 'empty';
  const names = new Set(request.tools.map(tool => tool.name));
  for (const call of toolCalls) {
    if (!names.has(call.function.name)) return 'unknown-tool';
    if (!isJson(call.function.arguments)) return 'bad-arguments';
  }
  return undefined;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Each sample after one that was cut off has twice the room, up to this often. */
const MOST_DOUBLINGS = 2;

const withRoom = (request: SampleRequest, doublings: number): SampleRequest =>
  doublings === 0 ? request : { ...request, maxTokens: request.maxTokens * 2 ** doublings };

/** No call goes on to the agent that is none, nothing that the model did not finish, and no structure as speech. */
const FAILS: ReadonlySet<Malformation> = new Set(['empty', 'call-in-text', 'cut-off', 'control-token']);

const advice: Partial<Record<Malformation, string>> = {
  'cut-off': ' (give replies more room: --reply-tokens, --user-tokens)',
  'call-in-text': ' (start the server with its tool parser, or give --tool-calls text)',
};

export interface ScreenOptions {
  /**
   * Fresh samples per bad completion (default 8: of an endpoint that spoils one answer in five, one sample in two
   * million stays bad).
   */
  readonly resamples?: number;
  /**
   * What becomes of a sample that stays bad, counted as `unusable`. `pass` (default): a call goes on to the agent, whose
   * protocol answers it. `fail`: a `ModelError` for which the agent is not blamed. One that is empty, cut off, a call
   * written as text, or holds a control token always fails so.
   */
  readonly persistent?: 'pass' | 'fail';
  readonly observe?: Observe;
}

/**
 * Completions that cannot be used (empty, cut off, calls of unknown tools or as text, arguments that are not JSON) are
 * sampled anew, with seeds of their own. Not for `--protocol reference`, under which such replies are part of the result.
 */
export const screening = (model: Model, options: ScreenOptions = {}): Model => {
  const { resamples = 8, persistent = 'pass', observe } = options;
  const tellOf = ({ text }: Completion, kind: Malformation | undefined, tools: readonly Tool[]): void => {
    observe?.({ type: 'reply', model: model.id, kind: tools.length > 0 ? 'with-tools' : 'plain' });
    const dress = kind === 'call-in-text' ? readTextCalls(text!, tools)?.dress.name : undefined;
    if (dress !== undefined) observe?.({ type: 'text-call', model: model.id, kind: dress });
  };
  return {
    id: model.id,
    generate: async (request, signal) => {
      const completions = await model.generate(request, signal);
      const seeds = seedsOf(request);
      const settle = async (first: Completion, i: number): Promise<Completion> => {
        let completion = first;
        let doublings = 0;
        for (let attempt = 1; ; attempt++) {
          const kind = malformation(completion, request);
          tellOf(completion, kind, request.tools);
          if (kind === undefined) return completion;
          const atItsBound = kind === 'cut-off' && doublings === MOST_DOUBLINGS;
          if (attempt > resamples || atItsBound) {
            observe?.({ type: 'unusable', model: model.id, kind });
            if (persistent === 'pass' && !FAILS.has(kind)) return completion;
            const what = `${attempt} completions in a row: ${kind}${advice[kind] ?? ''}`;
            throw new ModelError('infrastructure', `${model.id}: ${what}`);
          }
          observe?.({ type: 'resample', model: model.id, kind });
          if (kind === 'cut-off') doublings++;
          const again = withRoom(withSeeds(request, [hash(seeds[i]!, 'again', attempt)]), doublings);
          // Greedy requests would only repeat themselves.
          const fresh = request.temperature === 0 ? { ...again, temperature: 0.5 } : again;
          completion = (await model.generate(fresh, signal))[0]!;
        }
      };
      return Promise.all(completions.map(settle));
    },
  };
};
