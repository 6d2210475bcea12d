/** A stage's trees, filtered by the server. */
import type { StageSummary, TreeHeader, TreePage } from '../../src/view/viewer/api.ts';
import { Choice } from './choice.tsx';
import { useJson } from './data.ts';
import { causeWords, counted, percent } from './format.ts';
import { LongList, PAGE } from './long-list.tsx';
import { Problem } from './problem.tsx';
import { go, Link, runPath, treePath } from './route.tsx';
import { visible } from './text.tsx';

interface TreeListProps {
  readonly run: string;
  readonly stages: readonly StageSummary[];
  readonly query: URLSearchParams;
}

const filters = ['search', 'words', 'type', 'outcome', 'cause', 'order'] as const;

export const TreeList = ({ run, stages, query }: TreeListProps) => {
  const stage = query.get('stage') ?? stages[0]!.key;
  const wanted = new URLSearchParams({ stage });
  for (const name of filters) {
    const value = query.get(name);
    if (value) wanted.set(name, value);
  }
  const address = `/api/runs/${encodeURIComponent(run)}/trees?${wanted}`;
  const { value: first, problem } = useJson<TreePage>(`${address}&limit=${PAGE}`);
  const set = (name: string, value: string): void => {
    const changed = new URLSearchParams(query);
    if (value) changed.set(name, value);
    else changed.delete(name);
    go(`${runPath(run)}?${changed}`, { replace: true });
  };
  return (
    <section aria-labelledby="trees">
      <h2 id="trees">Trees</h2>
      <search className="filters">
        {stages.length > 1 && (
          <Choice name="Stage" value={stage} onChange={value => set('stage', value)}>
            {stages.map(({ key }) => [key, key] as const)}
          </Choice>
        )}
        <label>
          Task
          <input
            type="search"
            defaultValue={query.get('search') ?? ''}
            onChange={event => set('search', event.target.value)}
          />
        </label>
        <form
          onSubmit={event => {
            event.preventDefault();
            set('words', String(new FormData(event.currentTarget).get('words')));
          }}
        >
          <label>
            Said, called or answered
            <input
              type="search"
              name="words"
              placeholder="words, then Enter"
              defaultValue={query.get('words') ?? ''}
            />
          </label>
        </form>
        <Choice name="Type" value={query.get('type') ?? ''} onChange={value => set('type', value)}>
          {[['', 'all'], ...(first?.types ?? []).map(type => [type, type] as const)]}
        </Choice>
        <Choice name="Reward" value={query.get('outcome') ?? ''} onChange={value => set('outcome', value)}>
          {[
            ['', 'all'],
            ['full', 'every goal'],
            ['partial', 'some goals'],
            ['none', 'no goal'],
            ['fault', 'cut short by a fault'],
          ]}
        </Choice>
        <Choice name="A line ended" value={query.get('cause') ?? ''} onChange={value => set('cause', value)}>
          {[['', 'in any way'], ...Object.entries(causeWords)]}
        </Choice>
        <Choice name="Order" value={query.get('order') ?? ''} onChange={value => set('order', value)}>
          {[
            ['', 'task'],
            ['reward', 'least reward first'],
            ['nodes', 'largest first'],
            ['newest', 'newest first'],
          ]}
        </Choice>
      </search>
      {problem !== undefined && <Problem words={problem} />}
      {first && (
        <>
          <p role="status" className="muted">
            {first.total === 0 ? 'No tree matches.' : counted(first.total, 'tree')}
          </p>
          {first.total > 0 && (
            <LongList
              key={address}
              label="Trees"
              address={address}
              first={first}
              show={row => <TreeRow run={run} row={row} />}
            />
          )}
        </>
      )}
    </section>
  );
};

const TreeRow = ({ run, row }: { readonly run: string; readonly row: TreeHeader }) => (
  <Link to={treePath(run, row)} className="tree-row">
    <span className="task">{visible(row.task)}</span>
    <span className="type">{visible(row.taskType)}</span>
    <meter min={0} max={1} value={row.reward} aria-label={`reward ${percent(row.reward)}`} />
    <span className="figure">{row.reward.toFixed(2)}</span>
    <span className="figure">{counted(row.nodes, 'node')}</span>
    {row.fault && <span className="badge failed">{row.fault}</span>}
  </Link>
);
