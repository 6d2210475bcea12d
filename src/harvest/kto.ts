/** Good and bad single turns by the paper's rule (josh.md, section 4). */
import type { Message } from '../dialogue/message.ts';
import type { JoshNode } from '../search/josh/tree.ts';
import type { GoldenPath } from './golden.ts';
import { isUserSpeech, type NodeTranscript, trimmed } from './transcript.ts';

/** One assistant message in its place. */
export interface Judged {
  readonly prompt: readonly Message[];
  readonly message: Message;
  readonly label: boolean;
  readonly path: string;
  /** The number of the prompt with the message, reasoning apart. */
  readonly spoken: number;
}

/**
 * Good: every assistant message of the golden conversation. Bad: of the last turn of every lost line, the messages
 * whose prompt is that of a good one, in the order of the good ones and without repeats.
 */
export const judgedTurns = (
  golden: GoldenPath,
  lost: readonly JoshNode[],
  transcripts: ReadonlyMap<string, NodeTranscript>,
): readonly Judged[] => {
  const good: Judged[] = [];
  const bad: Judged[] = [];
  const candidates = lastTurns(lost, transcripts);
  for (const [i, message] of golden.messages.entries()) {
    if (message.role !== 'assistant') continue;
    const prompt = golden.messages.slice(0, i);
    good.push({ prompt, message, label: true, path: golden.path, spoken: golden.spoken[i + 1]! });
    for (const candidate of candidates.get(golden.prefixes[i]!)?.values() ?? [])
      bad.push({ prompt, ...candidate, label: false });
  }
  return [...good, ...bad];
};

type Candidate = Pick<Judged, 'message' | 'path' | 'spoken'>;

/** By the number of its prompt: what lost lines said in their last turns, each thing once. */
const lastTurns = (
  lost: readonly JoshNode[],
  transcripts: ReadonlyMap<string, NodeTranscript>,
): ReadonlyMap<number, ReadonlyMap<number, Candidate>> => {
  const byPrompt = new Map<number, Map<number, Candidate>>();
  for (const { path } of lost) {
    const line = trimmed(transcripts.get(path)!);
    const { messages, prefixes, spoken } = line;
    for (let i = messages.length - 1; i >= 0 && !isUserSpeech(line, i); i--) {
      const message = messages[i]!;
      if (message.role !== 'assistant') continue;
      const prefix = prefixes[i + 1]!;
      const said = byPrompt.get(prefixes[i]!) ?? new Map<number, Candidate>();
      byPrompt.set(prefixes[i]!, said);
      if (!said.has(prefix)) said.set(prefix, { message, path, spoken: spoken[i + 1]! });
    }
  }
  return byPrompt;
};
