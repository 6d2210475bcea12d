/**
 * The rows of the paper's scripts, in their order (josh.md, section 4): of every search its golden conversation; then for KTO all
 * golden turns, and after them the last turns of lost lines whose prompt is, to the letter, that of a golden turn of any
 * task. No line is withheld for a fault, and nothing is shuffled.
 */
import { hash } from 'node:crypto';
import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import type { Example, KtoExample } from './examples.ts';
import type { Batch } from './filter.ts';
import { losers, systemOf } from './golden.ts';
import { spool } from './spool.ts';
import { isUserSpeech, transcripts, trimmed } from './transcript.ts';

/** What is added to the filtered examples: of KTO the golden turns alone, once each conversation; then, last, the bad ones. */
export async function* byPaperRule(
  batches: AsyncIterable<Batch>,
  tools: readonly Tool[],
): AsyncGenerator<Example, void> {
  const golden = new Set<string>();
  const goodPrompts = new Set<string>();
  const candidates: Candidate[] = [];
  const waiting = spool();
  try {
    for await (const batch of batches)
      for (const { tree, golden: conversation, examples } of batch) {
        const good = examples.filter(example => example.kind === 'kto');
        yield* examples.filter(({ kind }) => kind === 'sft');
        if (good.length === 0) continue;
        const key = keyOf(conversation);
        if (!golden.has(key)) yield* good;
        golden.add(key);
        for (const { prompt } of good) goodPrompts.add(keyOf(prompt));
        for (const { line, ...bad } of lostTurns(tree, good[0]!)) {
          candidates.push({ line, prompt: keyOf(bad.prompt), message: keyOf(bad.completion) });
          await waiting.add(JSON.stringify(bad));
        }
      }
    const kept = keptCandidates(candidates, goodPrompts, golden);
    for await (const row of waiting.rows(Uint32Array.from(kept)))
      yield { kind: 'kto', ...(JSON.parse(row) as Omit<KtoExample, 'tools'>), tools };
  } finally {
    await waiting.close();
  }
}

/** A turn of a lost line, by keys. */
interface Candidate {
  /** Of the whole line: one that is equal to an earlier one, or to a golden conversation, is passed over. */
  readonly line: string;
  readonly prompt: string;
  readonly message: string;
}

/** The numbers of those that stay: in the order of the golden turns whose prompt they share, without repeats. */
const keptCandidates = (
  candidates: readonly Candidate[],
  goodPrompts: ReadonlySet<string>,
  golden: ReadonlySet<string>,
): readonly number[] => {
  const byPrompt = Map.groupBy(
    candidates.keys().filter(i => !golden.has(candidates[i]!.line)),
    i => candidates[i]!.prompt,
  );
  const seen = new Set<string>();
  return [...goodPrompts].flatMap(prompt =>
    (byPrompt.get(prompt) ?? []).filter(i => {
      const key = `${prompt} ${candidates[i]!.message}`;
      return seen.has(key) ? false : seen.add(key);
    }),
  );
};

/** What lost lines said since the user last spoke, backwards, in the order in which the reference harvests the lines. */
function* lostTurns(
  tree: JoshTree,
  { source }: KtoExample,
): Generator<Omit<KtoExample, 'tools'> & { readonly line: string }, void> {
  const read = transcripts(tree);
  const { lost, faulty } = losers(tree);
  const order = new Map(tree.nodes.map(({ path, segment }) => [path, segment]));
  const lines = [...lost, ...faulty].sort(
    (a, b) => order.get(a.path)! - order.get(b.path)! || (a.path < b.path ? -1 : 1),
  );
  for (const { path } of lines) {
    const line = trimmed(read.get(path)!);
    const { messages } = line;
    const system = systemOf(tree, line);
    for (let i = messages.length - 1; i >= 0 && !isUserSpeech(line, i); i--)
      if (messages[i]!.role === 'assistant')
        yield {
          line: keyOf(messages),
          prompt: [...system, ...messages.slice(0, i)],
          completion: [messages[i]!],
          label: false,
          ...(source && { source: { ...source, path } }),
        };
  }
}

const keyOf = (messages: readonly Message[]): string => hash('sha256', JSON.stringify(messages), 'base64');
