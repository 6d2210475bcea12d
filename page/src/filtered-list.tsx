/** A list that the server filters by what the page's own address says. */
import type { ReactNode } from 'react';
import { useJson } from './data.ts';
import { counted } from './format.ts';
import { LongList, PAGE, type Page } from './long-list.tsx';
import { go } from './route.tsx';

interface Filtered<Found> {
  /** Where the list is fetched; another one for each choice of filters. */
  readonly address: string;
  /** Undefined until the first rows are there. */
  readonly found: Found | undefined;
  readonly problem: string | undefined;
  /** Sets a filter, or with an empty value takes it away. */
  readonly set: (name: string, value: string) => void;
}

/**
 * @param from what the server lists, without a query
 * @param page the page's own address, without one
 * @param filters the names that the server knows
 */
export const useFiltered = <Found,>(
  from: string,
  page: string,
  stage: string,
  filters: readonly string[],
  query: URLSearchParams,
): Filtered<Found> => {
  const wanted = new URLSearchParams({ stage });
  for (const name of filters) {
    const value = query.get(name);
    if (value) wanted.set(name, value);
  }
  const address = `${from}?${wanted}`;
  const { value: found, problem } = useJson<Found>(`${address}&limit=${PAGE}`);
  const set = (name: string, value: string): void => {
    const changed = new URLSearchParams(query);
    if (value) changed.set(name, value);
    else changed.delete(name);
    go(`${page}?${changed}`, { replace: true });
  };
  return { address, found, problem, set };
};

interface FoundRowsProps<Row> {
  readonly address: string;
  readonly found: Page<Row>;
  /** @example 'tree' */
  readonly one: string;
  readonly label: string;
  readonly show: (row: Row) => ReactNode;
}

export const FoundRows = <Row,>({ address, found, one, label, show }: FoundRowsProps<Row>) => (
  <>
    <p role="status" className="muted">
      {found.total === 0 ? `No ${one} matches.` : counted(found.total, one)}
    </p>
    {found.total > 0 && <LongList key={address} label={label} address={address} first={found} show={show} />}
  </>
);

interface TaskFilterProps {
  readonly query: URLSearchParams;
  readonly set: (name: string, value: string) => void;
}

export const TaskFilter = ({ query, set }: TaskFilterProps) => (
  <label>
    Task
    <input
      type="search"
      defaultValue={query.get('search') ?? ''}
      onChange={event => set('search', event.target.value)}
    />
  </label>
);
