/** Two models' answers set side by side: the judge sees them in both orders, and only a winner of both has won. */
import { addUsage, type Usage } from '../../dialogue/turn.ts';
import type { Answers } from './answer.ts';
import { ask, type JudgeOptions, type Turn } from './ask.ts';
import type { JudgePrompts, Question } from './files.ts';
import { fillPair } from './fill.ts';
import { type Verdict, verdictIn } from './verdict.ts';

/** Who won: the model, the baseline, neither, or `error` if the judge did not say. */
export type Winner = 'model' | 'baseline' | 'tie' | 'error';

/** One order of the two answers. */
export interface Game {
  readonly winner: Winner;
  readonly request: string;
  readonly reply: string;
}

export interface PairJudgment {
  readonly question: number;
  readonly category: string;
  readonly turn: Turn;
  /** A tie unless both orders have the same winner. */
  readonly winner: 'model' | 'baseline' | 'tie';
  /** The model's answer first, then the baseline's first. */
  readonly games: readonly [Game, Game];
  /** The name of the prompt. */
  readonly prompt: string;
  readonly usage: Usage;
}

const orders: readonly Readonly<Record<Verdict, Winner>>[] = [
  { A: 'model', B: 'baseline', tie: 'tie', error: 'error' },
  { A: 'baseline', B: 'model', tie: 'tie', error: 'error' },
];

/** Compares the answers of one turn. @throws ModelError unless it is the judge's own doing, which gives no winner */
export const judgePair = async (
  question: Question,
  turn: Turn,
  { model, baseline }: { readonly model: Answers; readonly baseline: Answers },
  prompts: JudgePrompts,
  options: Omit<JudgeOptions, 'tries'>,
  signal?: AbortSignal,
): Promise<PairJudgment> => {
  const prompt = (question.reference ? prompts.withReference : prompts.plain)[turn - 1]!;
  const play = async (order: 0 | 1): Promise<Game & { readonly usage: Usage }> => {
    const [first, second] = order === 0 ? [model, baseline] : [baseline, model];
    const request = fillPair(prompt, question, first.turns, second.turns);
    const stream = [question.id, turn, `pair ${order}`] as const;
    const { reply, usage } = await ask(prompt, request, { ...options, tries: 1 }, stream, verdictIn, signal);
    return { winner: orders[order]![verdictIn(reply)], request, reply, usage };
  };
  const [one, two] = await Promise.all([play(0), play(1)]);
  const same = one.winner === two.winner && one.winner !== 'error';
  return {
    question: question.id,
    category: question.category,
    turn,
    winner: same ? (one.winner as PairJudgment['winner']) : 'tie',
    games: [gameOf(one), gameOf(two)],
    prompt: prompt.name,
    usage: addUsage(one.usage, two.usage),
  };
};

const gameOf = ({ winner, request, reply }: Game): Game => ({ winner, request, reply });
