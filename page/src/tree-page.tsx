import type { NodeDetail, TreeDetail, TreeKey } from '../../src/view/viewer/api.ts';
import { useJson } from './data.ts';
import { becameWords, causeWords, counted, nodeName, percent } from './format.ts';
import { Problem, Waiting } from './problem.tsx';
import { comparePath, go, Link, treePath } from './route.tsx';
import { StateChanges } from './state-changes.tsx';
import { visible } from './text.tsx';
import { TreeMap } from './tree-map.tsx';
import { lineFrom, lineTo } from './tree-shape.ts';
import { TurnBox } from './turns.tsx';

interface TreePageProps {
  readonly run: string;
  readonly tree: TreeKey;
  readonly query: URLSearchParams;
}

/** Where the server tells of a tree. */
export const treeAddress = (run: string, { stage, task, seed }: TreeKey): string =>
  `/api/runs/${encodeURIComponent(run)}/tree?${new URLSearchParams({ stage, task, seed: String(seed) })}`;

export const TreePage = ({ run, tree: key, query }: TreePageProps) => {
  const { value: tree, problem } = useJson<TreeDetail>(treeAddress(run, key));
  if (problem !== undefined) return <Problem words={problem} />;
  if (!tree) return <Waiting />;
  const asked = query.get('node');
  const known = asked !== null && tree.nodes.some(({ path }) => path === asked);
  // To begin with, the line that won, to its end.
  const selected = known ? asked : lineFrom(tree.nodes, tree.nodes[0]!.path).at(-1)!.path;
  return (
    <>
      <TreeHeading tree={tree} />
      <div className="tree">
        <TreeMap
          tree={tree}
          selected={selected}
          onSelect={path => go(treePath(run, key, path), { replace: true })}
        />
        <section className="conversation" aria-label={`The conversation up to node ${nodeName(selected)}`}>
          {tree.systemPrompt && (
            <details>
              <summary>System prompt</summary>
              <pre>{visible(tree.systemPrompt)}</pre>
            </details>
          )}
          {lineTo(tree.nodes, selected).map(node => (
            <NodeTurns key={node.path} run={run} tree={tree} node={node} />
          ))}
        </section>
      </div>
    </>
  );
};

const TreeHeading = ({ tree }: { readonly tree: TreeDetail }) => {
  const reached = new Set(
    tree.nodes.flatMap(({ rewards }) => rewards.flatMap(({ credited, goals }) => (credited ? goals : []))),
  );
  const [fork] = tree.forks;
  return (
    <>
      <h1>{visible(tree.task)}</h1>
      <p className="muted">
        {[
          tree.taskType,
          `reward ${percent(tree.reward)}`,
          counted(tree.nodes.length, 'node'),
          counted(tree.rounds, 'round'),
          counted(
            tree.nodes.reduce((sum, node) => sum + tokensOf(node), 0),
            'token',
          ),
          `seed ${tree.seed}`,
        ].join(' · ')}
      </p>
      {tree.fault && (
        <p className="error">
          {causeWords[tree.fault.cause]}: {visible(tree.fault.message)}
        </p>
      )}
      <ul className="goals" aria-label="Goals">
        {tree.goals.map(goal => (
          <li key={goal} className={reached.has(goal) ? 'reached' : undefined}>
            <span aria-hidden="true">{reached.has(goal) ? '★' : '☆'}</span> {visible(goal)}{' '}
            <span className="muted">{reached.has(goal) ? 'reached' : 'not reached'}</span>
          </li>
        ))}
      </ul>
      {fork && (
        <p>
          <Link className="button" to={comparePath(tree.run, tree, fork.path)}>
            Compare what won with what lost ({counted(tree.forks.length, 'fork')})
          </Link>
        </p>
      )}
    </>
  );
};

interface NodeTurnsProps {
  readonly run: string;
  readonly tree: TreeDetail;
  readonly node: NodeDetail;
}

const NodeTurns = ({ run, tree, node }: NodeTurnsProps) => {
  const fork = tree.forks.find(({ path }) => path === node.path);
  return (
    <section className="node" aria-label={`Node ${nodeName(node.path)}`}>
      <header>
        <code>{nodeName(node.path)}</code>
        <NodeFacts node={node} />
      </header>
      {node.turns.map((turn, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the turns of a node never change
        <TurnBox key={i} turn={turn} />
      ))}
      {node.turns.some(({ calls }) => calls.length > 0) && <StateChanges tree={tree} path={node.path} />}
      {node.rewards
        .filter(({ credited }) => credited)
        .map(({ goals, turn }) => (
          <p key={turn} className="reward">
            ★ {goals.map(visible).join(', ')}
          </p>
        ))}
      {node.cause && <p className="ended">{causeWords[node.cause]}</p>}
      {fork && (
        <Link className="fork" to={comparePath(run, tree, fork.path)}>
          forked here: compare the branches
        </Link>
      )}
    </section>
  );
};

const tokensOf = ({ usage }: NodeDetail): number => usage.inputTokens + usage.outputTokens;

/** What a node took, and what it became. */
export const NodeFacts = ({ node }: { readonly node: NodeDetail }) => (
  <>
    {node.became.map(what => (
      <span key={what} className={`badge ${what}`}>
        {becameWords[what]}
      </span>
    ))}
    <span className="muted">
      {counted(tokensOf(node), 'token')}
      {node.lines > 0 && `, return ${node.return.toFixed(2)} over ${counted(node.lines, 'line')}`}
    </span>
  </>
);
