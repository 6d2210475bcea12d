/** A stage's trees, filtered by the server. */
import type { StageSummary, TreeHeader, TreePage } from '../../src/view/viewer/api.ts';
import { Choice } from './choice.tsx';
import { FoundRows, TaskFilter, useFiltered } from './filtered-list.tsx';
import { causeWords, counted, percent } from './format.ts';
import { Problem } from './problem.tsx';
import { Link, runPath, treePath } from './route.tsx';
import { visible } from './text.tsx';

interface TreeListProps {
  readonly run: string;
  readonly stages: readonly StageSummary[];
  readonly query: URLSearchParams;
}

const filters = ['search', 'words', 'type', 'outcome', 'cause', 'order'] as const;

export const TreeList = ({ run, stages, query }: TreeListProps) => {
  const stage = query.get('stage') ?? stages[0]!.key;
  const from = `/api/runs/${encodeURIComponent(run)}/trees`;
  const { address, found, problem, set } = useFiltered<TreePage>(from, runPath(run), stage, filters, query);
  return (
    <section aria-labelledby="trees">
      <h2 id="trees">Trees</h2>
      <search className="filters">
        {stages.length > 1 && (
          <Choice name="Stage" value={stage} onChange={value => set('stage', value)}>
            {stages.map(({ key }) => [key, key] as const)}
          </Choice>
        )}
        <TaskFilter query={query} set={set} />
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
          {[['', 'all'], ...(found?.types ?? []).map(type => [type, type] as const)]}
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
      {found && (
        <FoundRows
          address={address}
          found={found}
          one="tree"
          label="Trees"
          show={row => <TreeRow run={run} row={row} />}
        />
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
