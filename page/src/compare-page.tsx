/** Juxtaposition: what won at a fork, beside what lost, turn by turn. */
import { useEffect } from 'react';
import type { Turn } from '../../src/dialogue/turn.ts';
import type { Fork, NodeDetail, TreeDetail, TreeKey } from '../../src/view/viewer/api.ts';
import { useJson } from './data.ts';
import { causeWords, counted, nodeName } from './format.ts';
import { Problem, Waiting } from './problem.tsx';
import { comparePath, go, Link, treePath } from './route.tsx';
import { visible } from './text.tsx';
import { NodeFacts, treeAddress } from './tree-page.tsx';
import { lineFrom, lineTo } from './tree-shape.ts';
import { TurnBox } from './turns.tsx';

interface ComparePageProps {
  readonly run: string;
  readonly tree: TreeKey;
  readonly query: URLSearchParams;
}

export const ComparePage = ({ run, tree: key, query }: ComparePageProps) => {
  const { value: tree, problem } = useJson<TreeDetail>(treeAddress(run, key));
  if (problem !== undefined) return <Problem words={problem} />;
  if (!tree) return <Waiting />;
  const asked = query.get('fork');
  const place = Math.max(
    0,
    tree.forks.findIndex(({ path }) => path === asked),
  );
  const fork = tree.forks[place];
  if (!fork) return <Problem words="No branch of this tree won, so there is nothing to compare." />;
  const wanted = query.get('sibling');
  const sibling = fork.siblings.find(path => path === wanted) ?? fork.siblings[0]!;
  return <Comparison run={run} tree={tree} place={place} fork={fork} sibling={sibling} />;
};

interface ComparisonProps {
  readonly run: string;
  readonly tree: TreeDetail;
  readonly place: number;
  readonly fork: Fork;
  readonly sibling: string;
}

const Comparison = ({ run, tree, place, fork, sibling }: ComparisonProps) => {
  const { forks, nodes } = tree;
  const at = (index: number): string => comparePath(run, tree, forks[index]!.path);
  const beyond = (key: TreeKey | null): string | undefined => (key ? comparePath(run, key) : undefined);
  const next = place + 1 < forks.length ? at(place + 1) : beyond(tree.next);
  const previous = place > 0 ? at(place - 1) : beyond(tree.previous);
  const other = fork.siblings[(fork.siblings.indexOf(sibling) + 1) % fork.siblings.length]!;
  const otherSibling = comparePath(run, tree, fork.path, other);
  useKeys({ n: next, p: previous, s: fork.siblings.length > 1 ? otherSibling : undefined });
  const won = lineFrom(nodes, fork.winner);
  const lost = lineFrom(nodes, sibling);
  return (
    <>
      <h1>{visible(tree.task)}: what won beside what lost</h1>
      <nav className="forks" aria-label="Forks">
        <Step to={previous} words={place > 0 ? 'previous fork' : 'previous tree'} hotkey="p" />
        <span>
          fork {place + 1} of {forks.length}, at{' '}
          <Link to={treePath(run, tree, fork.path)}>{nodeName(fork.path)}</Link>
        </span>
        <Step to={next} words={place + 1 < forks.length ? 'next fork' : 'next tree'} hotkey="n" />
        {fork.siblings.length > 1 && <Step to={otherSibling} words="next sibling" hotkey="s" />}
      </nav>
      <Shared nodes={lineTo(nodes, fork.path)} />
      <div className="columns">
        <Column run={run} tree={tree} title="What won" line={won} />
        <Column
          run={run}
          tree={tree}
          title={lost[0]!.successful ? 'What was second' : 'What lost'}
          line={lost}
        />
      </div>
      <ol className="pairs">
        {pairsOf(turnsOf(won), turnsOf(lost)).map(([left, right], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pair is known by its place
          <li key={i} className="columns">
            <div>{left ? <TurnBox turn={left} other={right ?? undefined} /> : <Nothing />}</div>
            <div>{right ? <TurnBox turn={right} other={left ?? undefined} /> : <Nothing />}</div>
          </li>
        ))}
      </ol>
    </>
  );
};

/** Keys that go to an address; those that are typed into a field are its own. */
const useKeys = (addresses: Readonly<Record<string, string | undefined>>): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyped = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (isTyped || event.ctrlKey || event.metaKey || event.altKey) return;
      const address = addresses[event.key];
      if (address !== undefined) go(address);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
};

interface StepProps {
  readonly to: string | undefined;
  readonly words: string;
  readonly hotkey: string;
}

const Step = ({ to, words, hotkey }: StepProps) =>
  to === undefined ? (
    <span className="button off">{words}</span>
  ) : (
    <Link className="button" to={to} aria-keyshortcuts={hotkey}>
      {words} <kbd>{hotkey}</kbd>
    </Link>
  );

const Shared = ({ nodes }: { readonly nodes: readonly NodeDetail[] }) => {
  const turns = turnsOf(nodes);
  return (
    <details className="shared">
      <summary>{counted(turns.length, 'turn')} before the fork, shared by both</summary>
      {turns.map((turn, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the turns of a line never change
        <TurnBox key={i} turn={turn} />
      ))}
    </details>
  );
};

interface ColumnProps {
  readonly run: string;
  readonly tree: TreeDetail;
  readonly title: string;
  readonly line: readonly NodeDetail[];
}

/** What a branch is, what it became, and how it ended. */
const Column = ({ run, tree, title, line }: ColumnProps) => {
  const first = line[0]!;
  const end = line.at(-1)!;
  const goals = line.flatMap(({ rewards }) => rewards.flatMap(reward => reward.goals));
  return (
    <section className="branch" aria-label={title}>
      <h2>
        {title}: <Link to={treePath(run, tree, first.path)}>{nodeName(first.path)}</Link>
      </h2>
      <p>
        <NodeFacts node={first} />
      </p>
      <p className="muted">
        {goals.length > 0 ? `reached ${goals.map(visible).join(', ')}; ` : ''}
        {end.cause ? causeWords[end.cause] : 'its last goal was the end of the search'}
      </p>
    </section>
  );
};

const Nothing = () => <p className="muted">nothing more</p>;

const turnsOf = (nodes: readonly NodeDetail[]): readonly Turn[] => nodes.flatMap(({ turns }) => turns);

/** Turn beside turn of the same speaker, in order; the longer line goes on alone. */
const pairsOf = (
  left: readonly Turn[],
  right: readonly Turn[],
): readonly (readonly [left: Turn | null, right: Turn | null])[] => {
  const pairs: (readonly [Turn | null, Turn | null])[] = [];
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const [a, b] = [left[l], right[r]];
    if (a && b && a.speaker !== b.speaker) {
      // One line has a turn more here: the user's waits for the other's.
      if (a.speaker === 'agent') {
        pairs.push([a, null]);
        l++;
      } else {
        pairs.push([null, b]);
        r++;
      }
      continue;
    }
    pairs.push([a ?? null, b ?? null]);
    l++;
    r++;
  }
  return pairs;
};
