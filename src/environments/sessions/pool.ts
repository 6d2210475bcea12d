/**
 * The open sessions of an environment, never more than a cap. A session that stands where a call is to be made is taken as
 * it is, so the first child of a fork keeps its parent's; another one is brought there by a snapshot, or by making the
 * same calls again.
 */
import { messageOf } from '../../base/errors.ts';
import { within } from '../define/time-limit.ts';
import { EnvironmentFault } from '../environment.ts';
import { askAgain, leadsTo, type Position, stepsFrom } from './position.ts';
import type { Session, SessionTools } from './session.ts';
import { type SessionCosts, sessionCosts } from './session-costs.ts';

interface Held {
  readonly session: Session;
  at: Position;
  busy: boolean;
  /** When it was last used, in uses of the pool. */
  used: number;
}

/** A session for the length of one call. */
export interface Lease {
  readonly session: Session;
  /** Says where the session stands now. */
  moveTo(position: Position): void;
}

export interface SessionPool {
  /**
   * Does work with a session that stands at a position. A session in which it throws is closed, for nobody knows where it stands.
   * @throws EnvironmentFault if no session can be opened or brought there, or `signal` fires; whatever `work` throws
   */
  use<T>(at: Position, signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T>;
  costs(): Readonly<Record<string, number>>;
  /** Closes all; who asks afterwards is told so. */
  close(): Promise<void>;
}

/**
 * @param most sessions at once
 * @param timeoutMs a call that is made again, a snapshot or a reset that takes longer is a fault
 * @param openMs an opening that takes longer is one
 */
export const sessionPool = (
  open: SessionTools['open'],
  { most, timeoutMs, openMs }: { readonly most: number; readonly timeoutMs: number; readonly openMs: number },
): SessionPool => {
  const held = new Set<Held>();
  const waiting: PromiseWithResolvers<void>[] = [];
  const costs: SessionCosts = sessionCosts();
  /** Sessions that are being opened have their place already. */
  let opening = 0;
  let uses = 0;
  let closed = false;

  const oneIsFree = (): void => waiting.shift()?.resolve();

  const close = async ({ session }: Pick<Held, 'session'>): Promise<void> => {
    try {
      await session.close();
    } catch {
      // It is no longer of use either way.
    }
  };

  /** A session that is being closed keeps its place until it is. */
  const discard = async (one: Held): Promise<void> => {
    await close(one);
    held.delete(one);
  };

  const freshAt = async (root: Position, signal: AbortSignal): Promise<Held> => {
    opening++;
    costs.open(held.size + opening);
    let late: Promise<Session> | undefined;
    try {
      const session = await within('opening a session', { signal, timeoutMs: openMs }, async either => {
        late = Promise.resolve(open(root.task, { task: root.task, signal: either }));
        return late;
      });
      const one: Held = { session, at: root, busy: true, used: ++uses };
      held.add(one);
      return one;
    } catch (thrown) {
      // One that comes too late is nobody's.
      late?.then(session => close({ session })).catch(() => undefined);
      if (thrown instanceof EnvironmentFault) throw thrown;
      throw new EnvironmentFault(`no session could be opened: ${messageOf(thrown)}`, { cause: thrown });
    } finally {
      opening--;
    }
  };

  /** Somebody else may be waiting for this very session: it is begun anew, or makes room for another. */
  const again = async (one: Held, root: Position, signal: AbortSignal): Promise<Held> => {
    const { session } = one;
    if (!session.reset) {
      await close(one);
      // In one go, so that nobody takes its place.
      held.delete(one);
      return freshAt(root, signal);
    }
    try {
      await within('resetting a session', { signal, timeoutMs }, async either =>
        session.reset!({ task: root.task, signal: either }),
      );
    } catch (thrown) {
      await discard(one);
      if (thrown instanceof EnvironmentFault) throw thrown;
      throw new EnvironmentFault(`a session could not be reset: ${messageOf(thrown)}`, { cause: thrown });
    }
    costs.reset();
    one.at = root;
    return one;
  };

  const bring = async (one: Held, to: Position, signal: AbortSignal): Promise<void> => {
    if (one.at === to) return;
    costs.fork();
    const { session } = one;
    const from = session.restore ? lastSnapshot(to, one.at) : undefined;
    if (from) {
      await within('restoring a session', { signal, timeoutMs }, async () =>
        session.restore!(from.snapshot!.value as never),
      );
      costs.restored();
      one.at = from;
    }
    for (const step of stepsFrom(one.at, to)) {
      await within(`${step.last!.tool}, made again,`, { signal, timeoutMs }, either =>
        askAgain(session, step, either),
      );
      costs.replayed();
      one.at = step;
    }
  };

  const free = (): readonly Held[] => [...held].filter(one => !one.busy).sort((a, b) => a.used - b.used);

  const take = (one: Held): Held => {
    one.busy = true;
    one.used = ++uses;
    return one;
  };

  const acquire = async (to: Position, signal: AbortSignal): Promise<Held> => {
    const root = rootAbove(to);
    for (;;) {
      if (closed) throw new EnvironmentFault('the environment was closed');
      const there = free().findLast(one => one.at === to);
      if (there) return take(there);
      if (held.size + opening < most) return freshAt(root, signal);
      const onTheWay = free().filter(one => leadsTo(one.at, to));
      const nearest = onTheWay.toSorted((a, b) => b.at.depth - a.at.depth)[0];
      if (nearest) return take(nearest);
      const longest = free()[0];
      if (longest) return again(take(longest), root, signal);
      const turn = Promise.withResolvers<void>();
      waiting.push(turn);
      await untilAborted(turn.promise, signal).catch((thrown: unknown) => {
        if (waiting.includes(turn)) waiting.splice(waiting.indexOf(turn), 1);
        else oneIsFree(); // Its turn came too late.
        throw thrown;
      });
    }
  };

  return {
    use: async (at, signal, work) => {
      let one: Held | undefined;
      try {
        one = await acquire(at, signal);
        await bring(one, at, signal);
        const held = one;
        const result = await work({
          session: one.session,
          moveTo: position => {
            held.at = position;
          },
        });
        one.busy = false;
        return result;
      } catch (thrown) {
        if (one) await discard(one);
        throw thrown;
      } finally {
        oneIsFree();
      }
    },
    costs: costs.counts,
    close: async () => {
      closed = true;
      for (const turn of waiting.splice(0)) turn.resolve();
      await Promise.all([...held].map(discard));
    },
  };
};

const rootAbove = (position: Position): Position => {
  let at = position;
  while (at.before) at = at.before;
  return at;
};

/** The last position with a snapshot on the way, after `above`. */
const lastSnapshot = (position: Position, above: Position): Position | undefined => {
  for (let at: Position | null = position; at && at.depth > above.depth; at = at.before)
    if (at.snapshot) return at;
  return undefined;
};

const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  if (signal.aborted) return Promise.reject(new EnvironmentFault('nobody waits for it any more'));
  const over = Promise.withResolvers<never>();
  const stop = (): void => over.reject(new EnvironmentFault('nobody waits for it any more'));
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([promise, over.promise]).finally(() => signal.removeEventListener('abort', stop));
};
