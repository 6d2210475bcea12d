/** What a tree search plays with, and how it may be set. */
import type { Cause, Turn } from '../dialogue/turn.ts';

/** Where in the tree a step happens: names its random stream, so that the order of steps does not matter. */
export interface Moment {
  readonly path: string;
  /** Turns that the node holds already. */
  readonly index: number;
}

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

export interface SearchOptions {
  /** Most live leaves. */
  readonly beam: number;
  /** Children per fork. */
  readonly branch: number;
  /**
   * When leaves fork: `turn`, before an agent's turn; `action`, before each of its steps; `mutating`, just before a
   * step that calls a tool that writes.
   */
  readonly branching: 'turn' | 'action' | 'mutating';
  /** Most agent steps per turn. */
  readonly maxTries: number;
  readonly maxRounds: number;
  /**
   * Ask for nothing that cannot matter any more: leaves are stepped from the left, `wave` at a time, until one is
   * rewarded, and a user is asked only when its leaf is to be stepped, or the number of live leaves must be known. The
   * winner stays the one that the plain order names.
   */
  readonly eager: boolean;
  /** With `eager`: leaves that are stepped at the same time (the children of one leaf count as one). */
  readonly wave: number;
  /** What a user that threw ends: its `leaf`, or, as in the reference, the whole `search`. */
  readonly userErrors: 'leaf' | 'search';
}

export const defaultSearch: SearchOptions = {
  beam: 8,
  branch: 2,
  branching: 'turn',
  maxTries: 20,
  maxRounds: 15,
  eager: false,
  wave: 1,
  userErrors: 'leaf',
};
