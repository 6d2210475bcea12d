/** Where a session stands: the calls that may have changed its world, since it was opened. */
import { random } from '../../base/random.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import { frozenJson } from '../define/json.ts';
import type { OwnTask } from '../define/task.ts';
import { outputOf } from '../define/world.ts';
import { EnvironmentFault } from '../environment.ts';
import { isLostConnection } from './lost-connection.ts';
import type { Session } from './session.ts';

export interface MadeCall {
  readonly tool: string;
  readonly input: JsonObject;
  readonly reply: Reply;
}

/** What a session answered. `failed`: it threw an error, which is for the model to read. */
export interface Reply {
  readonly output: string;
  readonly returned: Json;
  readonly failed: boolean;
}

/** A fork of a conversation shares the positions before it. */
export interface Position {
  readonly task: OwnTask;
  readonly before: Position | null;
  readonly last: MadeCall | null;
  readonly depth: number;
  /** Known once a session that can tell has stood here. */
  snapshot?: { readonly value: unknown };
  state?: JsonObject;
}

export const rootOf = (task: OwnTask): Position => ({ task, before: null, last: null, depth: 0 });

export const afterCall = (before: Position, last: MadeCall): Position => ({
  task: before.task,
  before,
  last,
  depth: before.depth + 1,
});

/** Whether `above` lies on the way from the beginning to `position`, or is it. */
export const leadsTo = (above: Position, position: Position): boolean => {
  let at: Position | null = position;
  while (at && at.depth > above.depth) at = at.before;
  return at === above;
};

/** The positions after `above` on the way to `position`, in order. */
export const stepsFrom = (above: Position, position: Position): readonly Position[] => {
  const steps: Position[] = [];
  for (let at = position; at !== above && at.before; at = at.before) steps.push(at);
  return steps.reverse();
};

/**
 * Makes a call in a session that stands at `position`.
 * @throws EnvironmentFault for what is no answer: a lost connection, what is not JSON
 */
export const ask = async (
  session: Session,
  position: Position,
  { tool, input }: Pick<MadeCall, 'tool' | 'input'>,
  signal: AbortSignal,
): Promise<Reply> => {
  const { task, depth } = position;
  try {
    const given = await session.call(tool, input, { task, signal, random: random(task.id, tool, depth) });
    const returned = given === undefined ? 'Done.' : frozenJson(given, `what ${tool} returned`);
    return { output: outputOf(returned), returned, failed: false };
  } catch (thrown) {
    if (thrown instanceof EnvironmentFault || signal.aborted) throw thrown;
    if (!(thrown instanceof Error) || thrown.name === 'NotJsonError' || isLostConnection(thrown))
      throw new EnvironmentFault(`a call of ${tool} failed: ${String(thrown)}`, { cause: thrown });
    return { output: thrown.message, returned: null, failed: true };
  }
};

/**
 * Makes a call again that was made before.
 * @throws EnvironmentFault with call and both answers if this one is another
 */
export const askAgain = async (
  session: Session,
  { before, last }: Position,
  signal: AbortSignal,
): Promise<void> => {
  const { tool, input, reply } = last!;
  const again = await ask(session, before!, last!, signal);
  if (again.output === reply.output && again.failed === reply.failed) return;
  throw new EnvironmentFault(
    `a session cannot be repeated: ${tool}(${JSON.stringify(input)}) answered ${quoted(reply)} at first and ${quoted(again)} ` +
      'when it was made again. Sessions that are forked need the same answers to the same calls, or snapshot and restore',
  );
};

const quoted = ({ output }: Reply): string =>
  JSON.stringify(output.length > 300 ? `${output.slice(0, 299)}…` : output);
