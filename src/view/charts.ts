/** Small charts as inline SVG: every one has a title, a description, and the same figures in a table. */
import type { Estimate } from '../evaluate/statistics.ts';
import { type Html, html, trusted } from './html.ts';

export interface Series {
  readonly name: string;
  /** One of the report's series colours. */
  readonly tone: 'before' | 'after' | 'other';
}

/** Units of a chart across the page; text is 12 units high. */
const pageWidth = 720;

/** Round numbers from `from` to at least `to`, at most about `count` of them. */
export const ticks = (from: number, to: number, count = 5): readonly number[] => {
  const span = to - from || Math.abs(to) || 1;
  const magnitude = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 2.5, 5, 10].map(s => s * magnitude).find(s => span / s <= count) ?? 10 * magnitude;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
};

const at = (coordinate: number): string => String(Number(coordinate.toFixed(1)));

const legend = (series: readonly Series[]): Html =>
  html`<ul class="legend">${series.map(
    ({ name, tone }) => html`<li><i class="swatch ${tone}"></i>${name}</li>`,
  )}</ul>`;

interface Figure {
  /** Unique in the page: names the chart's parts. */
  readonly id: string;
  readonly title: string;
  /** The finding or the reading of the chart, for those who can't see it. */
  readonly description: string;
  readonly series: readonly Series[];
}

const figure = (
  { id, title, description, series }: Figure,
  [width, height]: readonly [number, number],
  body: Html,
  table: Html,
): Html => html`
<figure>
<figcaption>${title}</figcaption>
${series.length > 1 ? legend(series) : undefined}
<svg viewBox="0 0 ${width} ${at(height)}" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
${body}
</svg>
<details><summary>Figures</summary>${table}</details>
</figure>`;

/** A table whose first column names its rows. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  caption?: string,
): Html => html`<div class="scroll"><table>${caption ? html`<caption>${caption}</caption>` : undefined}
<thead><tr>${head.map(cell => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
  ([first, ...rest]) =>
    html`<tr><th scope="row">${first}</th>${rest.map(cell => html`<td>${cell}</td>`)}</tr>\n`,
)}</tbody></table></div>`;

export interface BarChart extends Figure {
  readonly groups: readonly {
    readonly label: string;
    /** One per series; without an interval, `low` and `high` equal `value`. */
    readonly values: readonly Estimate[];
  }[];
  readonly format: (value: number) => string;
  /** Shorter, for the axis; by default `format`. */
  readonly axis?: (value: number) => string;
  /** The end of the axis; by default what the values need. */
  readonly to?: number;
}

/** Horizontal bars from zero, grouped, with their intervals as whiskers. */
export const barChart = (chart: BarChart): Html => {
  const { groups, series, format, axis = format } = chart;
  const left = 190;
  const right = 64;
  const thickness = 13;
  const groupHeight = series.length * (thickness + 3) + 14;
  const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
  const needed = Math.max(0, ...groups.flatMap(group => group.values.map(({ high }) => finite(high))));
  const marks = ticks(0, chart.to ?? (needed || 1));
  const end = marks.at(-1)!;
  const x = (value: number): number => left + (finite(value) / end) * (pageWidth - left - right);
  const bottom = groups.length * groupHeight + 4;

  const bar = ({ value, low, high }: Estimate, tone: string, top: number): Html => {
    const middle = top + thickness / 2;
    const whisker =
      high > low
        ? html`<path class="whisker" d="M${at(x(low))} ${at(middle)}H${at(x(high))}M${at(x(low))} ${at(middle - 4)}v8M${at(x(high))} ${at(middle - 4)}v8"/>`
        : undefined;
    return html`<rect class="bar ${tone}" x="${left}" y="${at(top)}" width="${at(Math.max(0, x(value) - left))}" height="${thickness}" rx="2"/>${whisker}<text class="value" x="${at(Math.max(x(value), x(high)) + 7)}" y="${at(middle + 4)}">${format(value)}</text>\n`;
  };
  const body = html`${marks.map(
    mark =>
      html`<path class="grid" d="M${at(x(mark))} 0V${at(bottom)}"/><text class="tick" text-anchor="middle" x="${at(x(mark))}" y="${at(bottom + 16)}">${axis(mark)}</text>\n`,
  )}${groups.map(({ label, values }, i) => {
    const top = i * groupHeight + 8;
    const shown = label.length > 28 ? `${label.slice(0, 27)}…` : label;
    return html`<text class="label" text-anchor="end" x="${left - 10}" y="${at(top + (groupHeight - 14) / 2 + 3)}">${shown}</text>
${values.map((value, j) => bar(value, series[j]!.tone, top + j * (thickness + 3)))}`;
  })}`;

  const cell = (value: Estimate): string =>
    value.high > value.low
      ? `${format(value.value)} [${format(value.low)}, ${format(value.high)}]`
      : format(value.value);
  const figures = table(
    ['', ...series.map(({ name }) => name)],
    groups.map(({ label, values }) => [label, ...values.map(cell)]),
  );
  return figure(chart, [pageWidth, bottom + 24], body, figures);
};

export interface Line extends Series {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChart extends Omit<Figure, 'series'> {
  readonly lines: readonly Line[];
  readonly xLabel: string;
  readonly format: (value: number) => string;
  /** Shorter, for the axis; by default `format`. */
  readonly axis?: (value: number) => string;
  /** In units; less than the page's for charts that stand side by side. */
  readonly width?: number;
  /** What the vertical axis must show beside the values. */
  readonly include?: readonly number[];
}

/** A centred moving mean, so that the course of a noisy curve can be seen. */
const smoothed = (points: Line['points']): Line['points'] => {
  const half = Math.floor(points.length / 24);
  return points.map(({ x }, i) => {
    const near = points.slice(Math.max(0, i - half), i + half + 1);
    return { x, y: near.reduce((sum, point) => sum + point.y, 0) / near.length };
  });
};

/** Lines over a numeric axis: with few points dots, with many a moving mean over the faint raw curve. */
export const lineChart = (chart: LineChart): Html => {
  const { lines, format, axis = format, xLabel, include = [], width = pageWidth } = chart;
  const [left, right, top, bottom] = [64, 16, 10, 210];
  const all = lines
    .flatMap(line => line.points)
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const ys = [...all.map(point => point.y), ...include];
  const xs = all.map(point => point.x);
  const [fromX, toX] = [Math.min(...xs), Math.max(...xs)];
  const marks = ticks(Math.min(...ys), Math.max(...ys));
  const [fromY, toY] = [marks[0]!, marks.at(-1)!];
  const x = (value: number): number =>
    toX === fromX
      ? (left + width - right) / 2
      : left + ((value - fromX) / (toX - fromX)) * (width - left - right);
  const y = (value: number): number => bottom - ((value - fromY) / (toY - fromY)) * (bottom - top);
  const path = (points: Line['points']): string =>
    points
      .filter(point => Number.isFinite(point.y))
      .map((point, i) => `${i === 0 ? 'M' : 'L'}${at(x(point.x))} ${at(y(point.y))}`)
      .join('');

  const xMarks = ticks(fromX, toX, width / 100).filter(
    mark => mark >= fromX && mark <= toX && Number.isInteger(mark),
  );
  const body = html`${marks.map(
    mark =>
      html`<path class="grid" d="M${left} ${at(y(mark))}H${width - right}"/><text class="tick" text-anchor="end" x="${left - 8}" y="${at(y(mark) + 4)}">${axis(mark)}</text>\n`,
  )}${xMarks.map(
    mark =>
      html`<text class="tick" text-anchor="middle" x="${at(x(mark))}" y="${bottom + 18}">${mark}</text>\n`,
  )}<text class="tick" text-anchor="end" x="${width - right}" y="${bottom + 36}">${xLabel}</text>
${lines.map(({ tone, points }) => {
  const many = points.length > 40;
  const dots = points
    .filter(point => Number.isFinite(point.y))
    .map(point => html`<circle class="dot ${tone}" cx="${at(x(point.x))}" cy="${at(y(point.y))}" r="4"/>`);
  return html`${many ? html`<path class="line raw ${tone}" d="${path(points)}"/>` : undefined}<path class="line ${tone}" d="${path(many ? smoothed(points) : points)}"/>${many ? undefined : dots}\n`;
})}`;

  const steps = [...new Set(xs)].sort((a, b) => a - b);
  const every = Math.ceil(steps.length / 50);
  const found = lines.map(line => new Map(line.points.map(point => [point.x, point.y])));
  const figures = table(
    [xLabel, ...lines.map(({ name }) => name)],
    steps
      .filter((_, i) => i % every === 0 || i === steps.length - 1)
      .map(step => [String(step), ...found.map(line => format(line.get(step) ?? Number.NaN))]),
  );
  return all.length === 0
    ? trusted('')
    : figure({ ...chart, series: lines }, [width, bottom + 42], body, figures);
};
