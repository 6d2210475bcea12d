/**
 * What went wrong, goal by goal: the calls of a finished conversation are held against what each unreached goal asks for.
 * This explains rewards, it does not decide them: whether a goal was reached is the environment's word.
 */
import type { Json, JsonObject } from '../dialogue/json.ts';
import { isJsonObject } from '../dialogue/json.ts';
import type { CallRecord } from '../dialogue/turn.ts';
import type { Goal } from '../environments/environment.ts';

export const verdicts = [
  'reached',
  'never-called',
  'wrong-tool',
  'wrong-arguments',
  'unrewarded',
  'fault',
] as const;

/**
 * - `reached`: the environment rewarded it.
 * - `fault`: not reached, in a conversation that a fault ended; says nothing about the agent.
 * - `wrong-tool`: its tool was not called for it, but another tool, or one that does not exist, with all its arguments.
 * - `never-called`: its tool was not called for it at all.
 * - `wrong-arguments`: its tool was called, and the best call misses or contradicts some of its arguments.
 * - `unrewarded`: its tool was called with all its arguments, yet it did not count: there was more than was asked for,
 *   or the environment did not find what it should have.
 */
export type Verdict = 'reached' | 'fault' | 'wrong-tool' | 'never-called' | 'wrong-arguments' | 'unrewarded';

export interface ArgumentError {
  readonly name: string;
  /** `extra`: not asked for by the goal; reported only for calls that have everything that was asked for. */
  readonly kind: 'missing' | 'wrong' | 'extra';
  readonly expected?: Json;
  readonly given?: Json;
}

export interface GoalAnalysis {
  readonly goal: string;
  readonly tool: string;
  readonly verdict: Verdict;
  /** For `wrong-tool`: what was called instead. */
  readonly called?: string;
  /** For `wrong-arguments` and `unrewarded`: how the best call differs. */
  readonly errors: readonly ArgumentError[];
}

export interface Conversation {
  readonly goals: readonly Goal[];
  /** Ids of the goals that were reached. */
  readonly reached: ReadonlySet<string>;
  /** All calls of the agent, in order. */
  readonly calls: readonly CallRecord[];
  /** The cause that ended it, if that was no doing of the agent; else null. */
  readonly fault: string | null;
}

const normal = (value: Json): Json =>
  typeof value === 'string' ? value.toLowerCase().replaceAll("'", '').trim() : value;

/** Texts are the same whatever their case, apostrophes and surrounding spaces; all else must be equal as JSON. */
const sameValue = (a: Json, b: Json): boolean => JSON.stringify(normal(a)) === JSON.stringify(normal(b));

/** Nothing said, or no matter. */
const isBlank = (value: Json | undefined): boolean =>
  value === undefined ||
  value === '' ||
  (typeof value === 'string' && /^(do ?n'?t ?care|dont care|not mentioned)$/i.test(value));

const given = (call: CallRecord): JsonObject => (isJsonObject(call.arguments) ? call.arguments : {});

const stated = (args: JsonObject): readonly (readonly [string, Json])[] =>
  Object.entries(args).filter(([, value]) => !isBlank(value));

/** How the arguments of a call fall short of what a goal asks for. */
const shortcomings = (goal: Goal, call: CallRecord): ArgumentError[] =>
  stated(goal.arguments).flatMap(([name, expected]): ArgumentError[] => {
    const value = given(call)[name];
    if (value === undefined || isBlank(value)) return [{ name, kind: 'missing', expected }];
    return sameValue(value, expected) ? [] : [{ name, kind: 'wrong', expected, given: value }];
  });

const extras = (goal: Goal, call: CallRecord): ArgumentError[] =>
  stated(given(call))
    .filter(([name]) => isBlank(goal.arguments[name]))
    .map(([name, value]) => ({ name, kind: 'extra', given: value }));

/** The call that comes nearest to a goal; of equals the one with the fewest extras, then the latest. */
const nearest = (goal: Goal, calls: readonly CallRecord[]): CallRecord | undefined =>
  calls
    .map((call, i) => ({ call, i, short: shortcomings(goal, call).length, extra: extras(goal, call).length }))
    .sort((a, b) => a.short - b.short || a.extra - b.extra || b.i - a.i)[0]?.call;

const analyseGoal = (goal: Goal, { goals, reached, calls, fault }: Conversation): GoalAnalysis => {
  const about = { goal: goal.id, tool: goal.tool };
  if (reached.has(goal.id)) return { ...about, verdict: 'reached', errors: [] };
  if (fault !== null) return { ...about, verdict: 'fault', errors: [] };

  const others = goals.filter(other => other !== goal);
  const meantForAnother = (call: CallRecord): boolean =>
    others.some(other => other.tool === call.name && shortcomings(other, call).length === 0);
  const isRight = (call: CallRecord): boolean => shortcomings(goal, call).length === 0;
  const ofItsTool = calls.filter(
    call => call.name === goal.tool && (isRight(call) || !meantForAnother(call)),
  );

  const best = nearest(goal, ofItsTool);
  if (best) {
    const errors = shortcomings(goal, best);
    return errors.length > 0
      ? { ...about, verdict: 'wrong-arguments', errors }
      : { ...about, verdict: 'unrewarded', errors: extras(goal, best) };
  }
  const misdirected =
    stated(goal.arguments).length > 0
      ? calls.findLast(call => call.name !== goal.tool && isRight(call) && !meantForAnother(call))
      : undefined;
  return misdirected
    ? { ...about, verdict: 'wrong-tool', called: misdirected.name, errors: [] }
    : { ...about, verdict: 'never-called', errors: [] };
};

/** One analysis per goal, in goal order. */
export const analyseErrors = (conversation: Conversation): readonly GoalAnalysis[] =>
  conversation.goals.map(goal => analyseGoal(goal, conversation));

export interface ErrorBreakdown {
  readonly goals: number;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  readonly byTool: Readonly<Record<string, Readonly<Record<Verdict, number>>>>;
  /** Counts of argument errors in `wrong-arguments`, as `tool.argument`. */
  readonly byArgument: Readonly<Record<string, { readonly missing: number; readonly wrong: number }>>;
}

const noVerdicts = (): Record<Verdict, number> =>
  Object.fromEntries(verdicts.map(verdict => [verdict, 0])) as Record<Verdict, number>;

/** Counts over many conversations. */
export const errorBreakdown = (analyses: Iterable<readonly GoalAnalysis[]>): ErrorBreakdown => {
  const byVerdict = noVerdicts();
  const byTool = new Map<string, Record<Verdict, number>>();
  const byArgument = new Map<string, { missing: number; wrong: number }>();
  let goals = 0;
  for (const { tool, verdict, errors } of [...analyses].flat()) {
    goals += 1;
    byVerdict[verdict] += 1;
    const ofTool = byTool.get(tool) ?? noVerdicts();
    ofTool[verdict] += 1;
    byTool.set(tool, ofTool);
    for (const { name, kind } of errors) {
      if (kind === 'extra') continue;
      const count = byArgument.get(`${tool}.${name}`) ?? { missing: 0, wrong: 0 };
      count[kind] += 1;
      byArgument.set(`${tool}.${name}`, count);
    }
  }
  return {
    goals,
    byVerdict,
    byTool: Object.fromEntries(byTool),
    byArgument: Object.fromEntries(byArgument),
  };
};
