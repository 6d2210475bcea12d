/** A list of any length: fetched a page at a time, and only the rows in sight drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { getJson, useVersion } from './data.ts';

export const PAGE = 100;
const ROW_HEIGHT = 36;

export interface Page<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

interface LongListProps<Row> {
  /** What it lists, for who hears the page. */
  readonly label: string;
  /** Where its pages are fetched, by `limit` and `offset`. */
  readonly address: string;
  /** The rows from 0 to `PAGE`. */
  readonly first: Page<Row>;
  readonly show: (row: Row) => ReactNode;
}

export const LongList = <Row,>({ label, address, first, show }: LongListProps<Row>) => {
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
    <section ref={box} className="rows" aria-label={`${label}, a list that scrolls`} tabIndex={0}>
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rowAt(index);
          return (
            <li
              key={index}
              style={{ transform: `translateY(${start}px)` }}
              aria-posinset={index + 1}
              aria-setsize={first.total}
            >
              {row === undefined ? <span className="muted">…</span> : show(row)}
            </li>
          );
        })}
      </ul>
    </section>
  );
};

/** Fetches the pages of the rows in sight; those fetched stay until something is written. */
const useRows = <Row,>(
  address: string,
  first: Page<Row>,
  from: number,
  to: number,
): ((index: number) => Row | undefined) => {
  const version = useVersion();
  const [pages, setPages] = useState<ReadonlyMap<string, readonly Row[]>>(new Map());
  const [begin, end] = [Math.floor(from / PAGE), Math.floor(to / PAGE)];
  useEffect(() => {
    const gone = new AbortController();
    for (let page = Math.max(1, begin); page <= end; page++) {
      getJson<Page<Row>>(`${address}&limit=${PAGE}&offset=${page * PAGE}`, gone.signal).then(
        ({ rows }) => setPages(known => new Map(known).set(`${version} ${page}`, rows)),
        // The first page says what is wrong.
        () => undefined,
      );
    }
    return () => gone.abort();
  }, [address, version, begin, end]);
  return index => {
    const page = Math.floor(index / PAGE);
    return page === 0 ? first.rows[index] : pages.get(`${version} ${page}`)?.[index % PAGE];
  };
};
