/** A world that cannot be data (a process, a browser, a service), as the author of an environment gives it. */
import type { Random } from '../../base/random.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { OwnTask } from '../define/task.ts';
import type { OwnTool } from '../define/tool.ts';

/** A tool of a session: described as any other, executed by the session. */
export type SessionTool = Omit<OwnTool<never, unknown>, 'execute'>;

/** What a session is told when a task is begun in it. */
export interface SessionContext {
  readonly task: OwnTask;
  /** Fires when nobody waits for the answer any more, and after the time-out. */
  readonly signal: AbortSignal;
}

/** What a session is told with each call. */
export interface SessionCall extends SessionContext {
  /** The same draws whenever the same calls are made in the same task. */
  readonly random: Random;
}

/**
 * One opened world. Calls come one at a time.
 *
 * An `Error` that `call` throws has answered: its message is what the model reads. An `EnvironmentFault`, a lost connection
 * and a time-out end the line of conversation, which then counts for nothing, and the session with it.
 *
 * @example
 * const session: Session = {
 *   call: (tool, input) => shop.post(`/${tool}`, input),
 *   close: () => shop.delete(),
 *   snapshot: () => shop.get('/dump'),
 *   restore: dump => shop.post('/load', dump),
 * };
 */
export interface Session<Snapshot = unknown> {
  /** What it gives, JSON or a text, is what the model reads. Arguments were checked by the tool's schema before. */
  call(tool: string, input: JsonObject, context: SessionCall): unknown;
  close(): unknown;
  /** Where the session can: keeps what it has come to, so that a fork need not repeat its calls. */
  snapshot?(): Snapshot | Promise<Snapshot>;
  /** Brings a newly opened session of the same task to a snapshot. */
  restore?(snapshot: Snapshot): unknown;
  /** Where the session can: begins a task anew, so that it need not be closed and another one opened. */
  reset?(context: SessionContext): unknown;
  /** Where goals ask for a state: what the world looks like now, as plain JSON data. Read after every call that may write. */
  state?(): unknown;
}

/** Tools and the sessions that execute them: what `aiTools` and `openApiTools` give, to be spread into an environment. */
export interface SessionTools {
  /** Or a function that finds them out: it is asked once, when the environment is opened. */
  readonly tools:
    | Readonly<Record<string, SessionTool>>
    | (() => Promise<Readonly<Record<string, SessionTool>>>);
  /** Opens a world in which nothing has been done yet. */
  open(task: OwnTask, context: SessionContext): Session | Promise<Session>;
  /** True if one session may serve all tasks, in any order: only where every tool is `readOnly`. */
  readonly shared?: boolean;
  /** Most sessions that may ever be open at once: 1 where all of them would be the same world. */
  readonly most?: number;
}
