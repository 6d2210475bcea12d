import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { divergences, type Pairing } from './dpo.ts';
import { kinds as allKinds, type Example, type Kind, type Source } from './examples.ts';
import { goldenPath, losers, systemOf, wonPrefixes } from './golden.ts';
import { type Judged, judgedTurns } from './kto.ts';
import { isUneven, type Reasoning, withoutReasoning } from './reasoning.ts';
import { transcripts } from './transcript.ts';
import { searchedTurns, type Turns } from './turns.ts';

export type Rule = 'juxta' | 'paper';

/** Which examples a tree gives. */
export interface HarvestOptions {
  /** Which kinds to harvest (default: all). */
  readonly kinds?: readonly Kind[];
  /** Trees with less reward give nothing (default 1: full reward; 0: whatever earned anything). */
  readonly minReward?: number;
  readonly pairing?: Pairing;
  /**
   * What becomes a negative: by default, turns of lines that lost and did not end through a fault. By the paper's rule
   * (`paper-rule.ts`) a tree gives its golden conversation and turns; the pipeline adds the negatives, and no DPO pairs.
   */
  readonly rule?: Rule;
  /** Whether examples carry the model's reasoning (default: `drop`); prompts are then compared with it. */
  readonly reasoning?: Reasoning;
  /** SFT and KTO examples are single turns, of all nodes or of those that earned something (`turns.ts`); no DPO. */
  readonly turns?: Turns;
}

/** What one tree gave. */
export interface Harvest {
  readonly tree: JoshTree;
  /** The golden conversation, system prompt apart; empty if the tree gave nothing. */
  readonly golden: readonly Message[];
  readonly examples: readonly Example[];
  /** Negatives that the fault rule withheld. */
  readonly withheld: number;
}

/**
 * The examples of one tree, in the order SFT, KTO, DPO (josh.md, section 4). Nothing, unless the tree's reward is at
 * least `minReward` and something was earned. A line that ended through a fault that is not the agent's never becomes
 * a negative example. The ids of calls do not count when prompts are compared.
 */
export const harvestTree = (
  tree: JoshTree,
  tools: readonly Tool[],
  options: HarvestOptions = {},
): Example[] => [...harvest(tree, tools, options).examples];

/** As `harvestTree`, with a count of what the fault rule withheld. */
export const harvest = (tree: JoshTree, tools: readonly Tool[], options: HarvestOptions = {}): Harvest => {
  const { kinds = allKinds, minReward = 1, pairing = 'siblings', rule = 'juxta' } = options;
  if (tree.reward < minReward || tree.collapses.length === 0)
    return { tree, golden: [], examples: [], withheld: 0 };
  const kept = options.reasoning === 'keep';
  const read = transcripts(tree, { withReasoning: kept });
  const golden = goldenPath(tree, read)!;
  const { lost, faulty } = losers(tree);
  const won = wonPrefixes(tree, read, golden);
  const system = systemOf(tree, golden);
  const whole = (messages: readonly Message[]): readonly Message[] => [...system, ...messages];
  const source = (path: string): Source => ({
    task: tree.task,
    taskType: tree.taskType,
    seed: tree.seed,
    path,
    reward: tree.reward,
  });

  /** A conversation in which the agent says nothing teaches nothing; the paper leaves out those that are empty alone. */
  const isImitated = (messages: readonly Message[]): boolean =>
    messages.some(({ role }) => rule === 'paper' || role === 'assistant');

  const turnExamples = (turns: Turns): Pick<Harvest, 'examples' | 'withheld'> => {
    const faultyPaths = new Set(faulty.map(({ path }) => path));
    const examples: Example[] = [];
    let withheld = 0;
    for (const { prompt, message, path, successful, clean } of searchedTurns(tree, read)) {
      const about = { tools, source: source(path) };
      const label = successful && clean;
      if (kinds.includes('sft') && (turns === 'all' ? clean : label))
        examples.push({ kind: 'sft', messages: [...whole(prompt), message], ...about });
      if (!kinds.includes('kto') || (turns === 'successful' && !label)) continue;
      if (faultyPaths.has(path)) withheld++;
      else examples.push({ kind: 'kto', prompt: whole(prompt), completion: [message], label, ...about });
    }
    return { examples, withheld };
  };

  const examplesWith = (negatives: typeof lost): Example[] => {
    const examples: Example[] = [];
    if (kinds.includes('sft') && isImitated(golden.messages))
      examples.push({ kind: 'sft', messages: whole(golden.messages), tools, source: source(golden.path) });
    if (kinds.includes('kto'))
      for (const { prompt, message, label, path, spoken } of evenTurns(judgedTurns(golden, negatives, read)))
        examples.push({
          kind: 'kto',
          prompt: whole(prompt),
          completion: [message],
          label,
          tools,
          source: source(path),
          ...(!label && won.has(spoken) && { contradicted: true }),
        });
    if (kinds.includes('dpo'))
      for (const pair of divergences(tree, negatives, read, golden, pairing)) {
        const even = isUneven([pair.chosen, pair.rejected])
          ? withoutReasoning
          : (message: Message) => message;
        examples.push({
          kind: 'dpo',
          prompt: whole(pair.prompt),
          chosen: [even(pair.chosen)],
          rejected: [even(pair.rejected)],
          tools,
          source: source(pair.path),
          rejectedPath: pair.rejectedPath,
          ...(won.has(pair.rejectedSpoken) && { contradicted: true }),
        });
      }
    return examples;
  };
  const given = { tree, golden: golden.messages };
  if (options.turns) return { ...given, ...turnExamples(options.turns) };
  if (rule === 'paper') return { ...given, examples: examplesWith([]), withheld: 0 };
  const examples = examplesWith(lost);
  const withFaulty = faulty.length === 0 ? examples.length : examplesWith([...lost, ...faulty]).length;
  return { ...given, examples, withheld: withFaulty - examples.length };
};

/** Where of the turns after one prompt some come with reasoning and others without, all go without. */
const evenTurns = (turns: readonly Judged[]): readonly Judged[] => {
  const byPrompt = Map.groupBy(turns, ({ prompt }) => prompt.length);
  return turns.map(turn =>
    isUneven(byPrompt.get(turn.prompt.length)!.map(({ message }) => message))
      ? { ...turn, message: withoutReasoning(turn.message) }
      : turn,
  );
};
