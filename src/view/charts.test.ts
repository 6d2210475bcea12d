import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { barChart, lineChart, ticks } from './charts.ts';
import { bytes, decimal, duration, percent, points, pValue, times } from './format.ts';

describe('ticks', () => {
  it('are round numbers that enclose the range', () => {
    assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(ticks(0, 0.3), [0, 0.1, 0.2, 0.3]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (from, span) => {
          const marks = ticks(from, from + span);
          assert.ok(marks[0]! <= from + span * 1e-6 && marks.at(-1)! >= from + span * (1 - 1e-6));
          assert.ok(marks.length >= 2 && marks.length <= 8);
        },
      ),
    );
  });

  it('exist for a single value', () => {
    assert.ok(ticks(0, 0).length >= 2);
    assert.ok(ticks(7, 7).length >= 2);
  });
});

describe('a bar chart', () => {
  const chart = (values: readonly number[]) =>
    barChart({
      id: 'x',
      title: 'T',
      description: 'D',
      series: [{ name: 'before', tone: 'before' }],
      groups: values.map(value => ({ label: `v${value}`, values: [{ value, low: value / 2, high: value }] })),
      format: String,
    }).markup;

  it('draws bars in proportion, with an interval each', () => {
    const widths = [...chart([1, 2, 4]).matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    assert.ok(Math.abs(widths[1]! / widths[0]! - 2) < 0.01 && Math.abs(widths[2]! / widths[0]! - 4) < 0.01);
    assert.equal(chart([1, 2, 4]).match(/class="whisker"/g)?.length, 3);
    assert.match(chart([2]), /2 \[1, 2\]/);
  });

  it('bears values that are no numbers', () => {
    assert.doesNotMatch(chart([Number.NaN, Number.POSITIVE_INFINITY]), /="[^"]*(NaN|Infinity)/);
  });
});

describe('a line chart', () => {
  const chart = (n: number) =>
    lineChart({
      id: 'x',
      title: 'T',
      description: 'D',
      xLabel: 'step',
      format: String,
      lines: [
        {
          name: 'loss',
          tone: 'after',
          points: Array.from({ length: n }, (_, i) => ({ x: i, y: (i * 7) % 5 })),
        },
      ],
    }).markup;

  it('shows few points as dots, and many as a smooth line over the raw one', () => {
    assert.equal(chart(5).match(/<circle/g)?.length, 5);
    assert.doesNotMatch(chart(5), /line raw/);
    assert.match(chart(100), /line raw/);
    assert.doesNotMatch(chart(100), /<circle/);
  });

  it('keeps its table short and its last row', () => {
    const rows = chart(1000).match(/<th scope="row">/g)!.length;
    assert.ok(rows <= 52);
    assert.match(chart(1000), /<th scope="row">999</);
  });

  it('without points is nothing', () => {
    assert.equal(chart(0), '');
  });
});

describe('figures', () => {
  it('are written as people read them', () => {
    assert.deepEqual(
      [
        percent(0.5),
        percent(Number.NaN),
        times(1.744),
        times(Number.POSITIVE_INFINITY),
        points(0.1),
        points(-0.1),
      ],
      ['50.0 %', '–', '× 1.74', '∞', '+10.0', '−10.0'],
    );
    assert.deepEqual(
      [decimal(12345.6), decimal(0.012345), decimal(5), duration(9.94), duration(125), duration(7325)],
      ['12,346', '0.0123', '5', '9.94 s', '2 min 05 s', '2 h 02 min'],
    );
    assert.deepEqual([bytes(512e6), bytes(2.5e9), bytes(900)], ['512 MB', '2.5 GB', '0.9 kB']);
    assert.deepEqual([pValue(0.00001), pValue(0.04)], ['p < 0.001', 'p = 0.040']);
  });
});
