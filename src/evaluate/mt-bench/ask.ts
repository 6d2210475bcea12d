/** Asks the judge. */
import { hash } from '../../base/random.ts';
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';
import { type Model, ModelError } from '../../models/model.ts';
import type { JudgePrompt } from './files.ts';

export type Turn = 1 | 2;

export interface JudgeOptions {
  readonly judge: Model;
  readonly seed: number;
  /** How often the judge is asked at most for one verdict. */
  readonly tries: number;
}

export interface Asked<T> {
  /** Null if no reply gave one. */
  readonly verdict: T | null;
  /** The judge's last reply; what its endpoint said if it refused to answer. */
  readonly reply: string;
  /** How often it was asked. */
  readonly tries: number;
  readonly usage: Usage;
}

const JUDGE_TOKENS = 2048;
/** Greedy, as in the original; a judge that gave no verdict is asked again with some chance of another reply. */
const temperatureOf = (attempt: number): number => (attempt === 1 ? 0 : 0.5);

/**
 * Asks until a reply can be read, as often as it may.
 * @param stream names what is asked, for its seeds
 * @param read gives null for a reply without a verdict
 * @throws ModelError unless it is the judge's own doing
 */
export const ask = async <T>(
  prompt: JudgePrompt,
  request: string,
  { judge, seed, tries }: JudgeOptions,
  stream: readonly (string | number)[],
  read: (reply: string) => T | null,
  signal?: AbortSignal,
): Promise<Asked<T>> => {
  let usage = noUsage;
  let reply = '';
  let verdict: T | null = null;
  let attempt = 0;
  while (verdict === null && attempt < tries) {
    attempt++;
    try {
      const [completion] = await judge.generate(
        {
          messages: [
            { role: 'system', content: prompt.system },
            { role: 'user', content: request },
          ],
          tools: [],
          temperature: temperatureOf(attempt),
          maxTokens: JUDGE_TOKENS,
          seed: hash(seed, 'judge', ...stream, attempt),
        },
        signal,
      );
      usage = addUsage(usage, completion!.usage);
      reply = completion!.text ?? '';
      verdict = read(reply);
    } catch (thrown) {
      if (!(thrown instanceof ModelError) || thrown.fault !== 'agent') throw thrown;
      reply = thrown.message;
    }
  }
  return { verdict, reply, tries: attempt, usage };
};
