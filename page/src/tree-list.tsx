/** A stage's trees: filtered by the server, fetched a page at a time, and only those in sight drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { StageSummary, TreeHeader, TreePage } from '../../src/view/viewer/api.ts';
import { getJson, useJson, useVersion } from './data.ts';
import { causeWords, counted, percent } from './format.ts';
import { Problem } from './problem.tsx';
import { go, Link, runPath, treePath } from './route.tsx';

interface TreeListProps {
  readonly run: string;
  readonly stages: readonly StageSummary[];
  readonly query: URLSearchParams;
}

const PAGE = 100;
const ROW_HEIGHT = 36;
const filters = ['search', 'type', 'outcome', 'cause', 'order'] as const;

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
          {first.total > 0 && <Rows key={address} run={run} address={address} first={first} />}
        </>
      )}
    </section>
  );
};

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: readonly (readonly [value: string, words: string] | readonly string[])[];
}

const Choice = ({ name, value, onChange, children }: ChoiceProps) => (
  <label>
    {name}
    <select value={value} onChange={event => onChange(event.target.value)}>
      {children.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  </label>
);

interface RowsProps {
  readonly run: string;
  readonly address: string;
  readonly first: TreePage;
}

const Rows = ({ run, address, first }: RowsProps) => {
  const box = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: first.total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const rowAt = useRows(address, first, items[0]?.index ?? 0, items.at(-1)?.index ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section ref={box} className="rows" aria-label="Trees, a list that scrolls" tabIndex={0}>
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <li
            key={index}
            style={{ transform: `translateY(${start}px)` }}
            aria-posinset={index + 1}
            aria-setsize={first.total}
          >
            <TreeRow run={run} row={rowAt(index)} />
          </li>
        ))}
      </ul>
    </section>
  );
};

/** Fetches the pages of the rows in sight; those fetched stay until something is written. */
const useRows = (
  address: string,
  first: TreePage,
  from: number,
  to: number,
): ((index: number) => TreeHeader | undefined) => {
  const version = useVersion();
  const [pages, setPages] = useState<ReadonlyMap<string, readonly TreeHeader[]>>(new Map());
  const nameOf = (page: number): string => `${version} ${page}`;
  const [begin, end] = [Math.floor(from / PAGE), Math.floor(to / PAGE)];
  useEffect(() => {
    const gone = new AbortController();
    for (let page = Math.max(1, begin); page <= end; page++) {
      const name = `${version} ${page}`;
      getJson<TreePage>(`${address}&limit=${PAGE}&offset=${page * PAGE}`, gone.signal).then(
        ({ rows }) => setPages(known => new Map(known).set(name, rows)),
        // The first page says what is wrong.
        () => undefined,
      );
    }
    return () => gone.abort();
  }, [address, version, begin, end]);
  return index => {
    const page = Math.floor(index / PAGE);
    return page === 0 ? first.rows[index] : pages.get(nameOf(page))?.[index % PAGE];
  };
};

const TreeRow = ({ run, row }: { readonly run: string; readonly row: TreeHeader | undefined }) => {
  if (!row) return <span className="muted">…</span>;
  return (
    <Link to={treePath(run, row)} className="tree-row">
      <span className="task">{row.task}</span>
      <span className="type">{row.taskType}</span>
      <meter min={0} max={1} value={row.reward} aria-label={`reward ${percent(row.reward)}`} />
      <span className="figure">{row.reward.toFixed(2)}</span>
      <span className="figure">{counted(row.nodes, 'node')}</span>
      {row.fault && <span className="badge failed">{row.fault}</span>}
    </Link>
  );
};
