/**
 * Lines over a common axis, as SVG of our own: the page's policy allows no style that a script adds, which charting libraries
 * do. What is shown can be saved as SVG and as CSV.
 */
import { useRef } from 'react';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface ChartProps {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const WIDTH = 640;
const HEIGHT = 260;
const LEFT = 48;
const BOTTOM = 36;
const TOP = 12;
const RIGHT = 12;

/** Told apart by dashes too, for those who see no colours. */
const dashes = ['', '6 3', '2 3', '9 3 2 3'];

export const Chart = ({ title, x, y, lines }: ChartProps) => {
  const drawing = useRef<SVGSVGElement>(null);
  const all = lines.flatMap(({ points }) => points);
  const [x0, x1] = rangeOf(all.map(([value]) => value));
  const [y0, y1] = rangeOf(all.map(([, value]) => value));
  const toX = (value: number): number => LEFT + ((value - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT);
  const toY = (value: number): number =>
    HEIGHT - BOTTOM - ((value - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM);
  return (
    <figure className="chart">
      <figcaption>
        {title} <Save name={title} kind="csv" content={() => csvOf(x, y, lines)} />{' '}
        <Save
          name={title}
          kind="svg"
          content={() => new XMLSerializer().serializeToString(drawing.current!)}
        />
      </figcaption>
      <svg
        ref={drawing}
        xmlns="http://www.w3.org/2000/svg"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={describe(title, lines)}
        fontFamily="sans-serif"
        fontSize="11"
        fill="currentColor"
      >
        {ticksOf(y0, y1).map(value => (
          <g key={value}>
            <line
              x1={LEFT}
              x2={WIDTH - RIGHT}
              y1={toY(value)}
              y2={toY(value)}
              stroke="currentColor"
              opacity="0.2"
            />
            <text x={LEFT - 6} y={toY(value) + 4} textAnchor="end">
              {short(value)}
            </text>
          </g>
        ))}
        {ticksOf(x0, x1).map(value => (
          <text key={value} x={toX(value)} y={HEIGHT - BOTTOM + 16} textAnchor="middle">
            {short(value)}
          </text>
        ))}
        <text x={WIDTH - RIGHT} y={HEIGHT - 4} textAnchor="end">
          {x}
        </text>
        <text x={4} y={TOP}>
          {y}
        </text>
        {lines.map(({ name, points }, i) => (
          <polyline
            key={name}
            points={points.map(([px, py]) => `${toX(px).toFixed(1)},${toY(py).toFixed(1)}`).join(' ')}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            strokeDasharray={dashes[i % dashes.length]}
            opacity={1 - 0.15 * (i % 4)}
          />
        ))}
        {lines.length > 1 &&
          lines.map(({ name }, i) => (
            <g key={name}>
              <line
                x1={WIDTH - 150}
                x2={WIDTH - 120}
                y1={TOP + 8 + 15 * i}
                y2={TOP + 8 + 15 * i}
                stroke="currentColor"
                strokeWidth="1.6"
                strokeDasharray={dashes[i % dashes.length]}
              />
              <text x={WIDTH - 114} y={TOP + 12 + 15 * i}>
                {name}
              </text>
            </g>
          ))}
      </svg>
    </figure>
  );
};

interface SaveProps {
  readonly name: string;
  readonly kind: 'csv' | 'svg';
  readonly content: () => string;
}

const types = { csv: 'text/csv', svg: 'image/svg+xml' } as const;

const Save = ({ name, kind, content }: SaveProps) => (
  <button
    type="button"
    onClick={() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([content()], { type: types[kind] }));
      link.download = `${name}.${kind}`;
      link.click();
      URL.revokeObjectURL(link.href);
    }}
  >
    save as {kind.toUpperCase()}
  </button>
);

const csvOf = (x: string, y: string, lines: readonly Line[]): string => {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const rows = lines.flatMap(({ name, points }) => points.map(point => [quoted(name), ...point].join(',')));
  return `${[quoted('line'), quoted(x), quoted(y)].join(',')}\n${rows.join('\n')}\n`;
};

/** Never empty, so that a single value has its place. */
const rangeOf = (values: readonly number[]): readonly [least: number, most: number] => {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return least < most ? [least, most] : [least - 0.5, most + 0.5];
};

/** Round values, about five of them. */
const ticksOf = (least: number, most: number): readonly number[] => {
  const raw = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= raw) ?? raw;
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) => (first + i) * step);
};

const short = (value: number): string => String(Number(value.toPrecision(4)));

const describe = (title: string, lines: readonly Line[]): string =>
  `${title}. ${lines
    .map(({ name, points }) => `${name}: from ${short(points[0]![1])} to ${short(points.at(-1)![1])}`)
    .join('; ')}`;
