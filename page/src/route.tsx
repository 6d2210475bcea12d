/** Addresses of the page's views: what is shown is what the address says, and nothing else decides it. */
import { type AnchorHTMLAttributes, type ReactNode, useSyncExternalStore } from 'react';
import type { TreeKey } from '../../src/view/viewer/api.ts';

export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly run: string }
  | { readonly view: 'tree' | 'compare'; readonly run: string; readonly tree: TreeKey }
  | { readonly view: 'conversations'; readonly run: string; readonly stage: string }
  | { readonly view: 'conversation'; readonly run: string; readonly key: TreeKey }
  /** What is compared stands in the query. */
  | { readonly view: 'comparison' }
  | { readonly view: 'nothing' };

/** @example parsePath('/runs/rollout-1/roll%20out/hamlet-1/7/compare') */
export const parsePath = (path: string): Route => {
  let parts: string[];
  try {
    parts = path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return { view: 'nothing' };
  }
  const [room, ...rest] = parts;
  if (room === '' && rest.length === 0) return { view: 'runs' };
  if (room === 'runs') return runRoute(rest);
  if (room === 'conversations') return conversationRoute(rest);
  return room === 'comparison' && rest.length === 0 ? { view: 'comparison' } : { view: 'nothing' };
};

const runRoute = ([run, stage, task, seed, compare, ...more]: readonly string[]): Route => {
  if (!run || more.length > 0) return { view: 'nothing' };
  if (stage === undefined) return { view: 'run', run };
  const tree = keyOf(stage, task, seed);
  if (!tree) return { view: 'nothing' };
  if (compare === undefined) return { view: 'tree', run, tree };
  return compare === 'compare' ? { view: 'compare', run, tree } : { view: 'nothing' };
};

const conversationRoute = ([run, stage, task, seed, ...more]: readonly string[]): Route => {
  if (!run || !stage || more.length > 0) return { view: 'nothing' };
  if (task === undefined) return { view: 'conversations', run, stage };
  const key = keyOf(stage, task, seed);
  return key ? { view: 'conversation', run, key } : { view: 'nothing' };
};

const keyOf = (stage: string, task: string | undefined, seed: string | undefined): TreeKey | undefined =>
  task !== undefined && /^\d+$/.test(seed ?? '') ? { stage, task, seed: Number(seed) } : undefined;

const joined = (...parts: readonly (string | number)[]): string =>
  `/${parts.map(part => encodeURIComponent(part)).join('/')}`;

export const runPath = (run: string): string => joined('runs', run);

/** @param node the path of the node to begin at */
export const treePath = (run: string, { stage, task, seed }: TreeKey, node?: string): string =>
  `${joined('runs', run, stage, task, seed)}${node === undefined ? '' : `?${new URLSearchParams({ node })}`}`;

/**
 * @param fork the path of the node that was branched (default: the first that was)
 * @param sibling the path of the child to set beside the winner
 */
export const comparePath = (
  run: string,
  { stage, task, seed }: TreeKey,
  fork?: string,
  sibling?: string,
): string => {
  const query = new URLSearchParams({
    ...(fork !== undefined && { fork }),
    ...(sibling !== undefined && { sibling }),
  });
  return `${joined('runs', run, stage, task, seed, 'compare')}${query.size > 0 ? `?${query}` : ''}`;
};

export const conversationsPath = (run: string, stage: string): string => joined('conversations', run, stage);
export const conversationPath = (run: string, { stage, task, seed }: TreeKey): string =>
  joined('conversations', run, stage, task, seed);

/** Of two evaluations, by run and stage. */
export interface ComparedNames {
  readonly before: string;
  readonly beforeStage: string;
  readonly after: string;
  readonly afterStage: string;
}
export const comparisonPath = (names: Partial<ComparedNames>): string =>
  `/comparison?${new URLSearchParams({ ...names })}`;

const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', tell);

/** Goes to an address of the page; `replace` leaves no way back to the one before. */
export const go = (address: string, how: { readonly replace?: boolean } = {}): void => {
  if (how.replace) history.replaceState(null, '', address);
  else {
    history.pushState(null, '', address);
    window.scrollTo(0, 0);
  }
  tell();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The present address, and what of the page it shows. */
export const useRoute = (): { readonly route: Route; readonly query: URLSearchParams } => {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const { pathname, searchParams } = new URL(address, location.origin);
  return { route: parsePath(pathname), query: searchParams };
};

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & {
  readonly to: string;
  readonly children: ReactNode;
};

/** A link within the page: opens in place, unless it is asked to open elsewhere. */
export const Link = ({ to, children, ...more }: LinkProps) => (
  <a
    {...more}
    href={to}
    onClick={event => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(to);
    }}
  >
    {children}
  </a>
);
