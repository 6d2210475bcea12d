/** What a tree search plays with. */
import type { Cause, Turn } from '../dialogue/turn.ts';

/** Where in the tree a step happens: names its random stream, so that the order of steps does not matter. */
export interface Moment {
  readonly path: string;
  /** Turns that the node holds already. */
  readonly index: number;
}

/** What a step did: the state after it, and the turn that it adds. */
export interface Played<S> {
  readonly state: S;
  readonly turn: Turn;
  /** `spoke`: the turn is over; `acting`: step again; `over`: this line has ended, for the given cause. */
  readonly status: 'spoke' | 'acting' | 'over';
  readonly cause?: Cause;
  /** True if a call of this step could change the environment's state. */
  readonly mutated?: boolean;
  /** What a user's step threw, if it did; this line is then over. */
  readonly thrown?: unknown;
}

/** What the search plays with. States are immutable: a fork keeps a reference. Steps do not throw. */
export interface Play<S, G> {
  readonly goals: readonly G[];
  agentStep(state: S, at: Moment, signal: AbortSignal): Promise<Played<S>>;
  userStep(state: S, at: Moment, signal: AbortSignal): Promise<Played<S>>;
  /**
   * The goals that the leaf's last step reaches, to be closed if it wins.
   * @throws PlayFault if the environment cannot tell: that line is then over
   */
  hits(state: S, open: readonly G[]): readonly G[];
  /** The open goals without the closed ones. The reference's basic rewards raise halfway on a repeated hit. */
  close(open: readonly G[], closed: readonly G[]): { readonly left: readonly G[]; readonly raised?: Error };
  /** The leaf has used up its tries. */
  outOfTries(state: S): { readonly state: S; readonly turn: Turn };
}
