/** How JOSH searches. */
import { JuxtaError } from '../../base/errors.ts';

/** How a tree is searched. */
export interface SearchOptions {
  /** Most live leaves. */
  readonly beam: number;
  /** Children per fork, `mostBranches` at most. */
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
  /**
   * Which leaves apologise when the tries of a turn are used up: those whose turn has not ended, or, as in the
   * reference, `all` that were stepped in the last try.
   */
  readonly outOfTries: 'unfinished' | 'all';
}

/** JOSH as published: beam 8, two children per fork, at every turn of the agent. */
export const defaultSearch: SearchOptions = {
  beam: 8,
  branch: 2,
  branching: 'turn',
  maxTries: 20,
  maxRounds: 15,
  eager: false,
  wave: 1,
  userErrors: 'leaf',
  outOfTries: 'unfinished',
};

/** Children are named by one character each. */
const names = '0123456789abcdefghijklmnopqrstuvwxyz';
export const mostBranches = names.length;

/** What the children of a fork add to its path, from left to right. */
export const childNames = (branch: number): readonly string[] =>
  branch === 2 ? ['L', 'R'] : [...names.slice(0, branch)];

/** @throws JuxtaError `bad-search` */
export const checkOptions = ({ beam, branch }: SearchOptions): void => {
  if (!Number.isInteger(branch) || branch < 2 || branch > mostBranches)
    throw new JuxtaError('bad-search', `a fork cannot have ${branch} children`, {
      hint: `from 2 to ${mostBranches} are possible`,
    });
  if (!Number.isInteger(beam) || beam < 1)
    throw new JuxtaError('bad-search', `a tree cannot have ${beam} live leaves`, {
      hint: 'at least 1 is needed',
    });
};
