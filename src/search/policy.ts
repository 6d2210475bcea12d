/** The port of a search: how a conversation is branched, and which line is kept. */
import type { Cause, Turn } from '../dialogue/turn.ts';
import type { Play } from '../play/play.ts';
import type { TreeNode } from './tree.ts';

export type GoalLike = { readonly id: string } | string;

/** What one round of a search did. */
export interface PolicyRound<S, G> {
  readonly number: number;
  /** Share of the goals that were reached so far. */
  readonly reward: number;
  readonly done: boolean;
  readonly open: readonly G[];
  readonly live: readonly { readonly path: string; readonly state: S }[];
}

/** What a search policy gives when it has ended. */
export interface PolicyResult<S, G, Node extends TreeNode> {
  readonly reward: number;
  readonly open: readonly G[];
  /** Where the kept line stands: what the environment may judge by its final state. */
  readonly root: { readonly path: string; readonly state: S };
  readonly nodes: readonly Node[];
  readonly rounds: number;
  /** What a step threw, if that ended the search. */
  readonly raised?: unknown;
}

/**
 * A way to search. It knows no model, no environment and no store: a `Play` plays the parts. `policy.conformance.ts` is
 * the suite that each has to pass.
 *
 * @example
 * const josh: SearchPolicy<SearchOptions, JoshNode, { collapses: readonly Collapse[] }> = {
 *   name: 'josh',
 *   defaults: defaultSearch,
 *   unbegun: (turn, cause) => ({ nodes: [{ ...root, turns: [turn], cause }], collapses: [] }),
 *   search: (play, start, options, signal) => …, // yields each round, returns the nodes
 * };
 */
export interface SearchPolicy<Options, Node extends TreeNode = TreeNode, More extends object = object> {
  readonly name: string;
  readonly defaults: Options;
  /** What a tree holds of a search that never began, because the conversation's first turn failed. */
  unbegun(turn: Turn, cause: Cause): { readonly nodes: readonly Node[] } & More;
  /**
   * Searches from `start`, yielding each round as it ends. Faults end their own lines, never the search; paths are unique;
   * the same play, start and options give the same nodes, however long each step takes.
   */
  search<S, G extends GoalLike>(
    play: Play<S, G>,
    start: { readonly state: S; readonly turns: readonly Turn[] },
    options: Options,
    signal?: AbortSignal,
  ): AsyncGenerator<PolicyRound<S, G>, PolicyResult<S, G, Node> & More>;
}
