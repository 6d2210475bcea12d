import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { escapeHtml } from './html.ts';
import { sampleReport } from './report.sample.ts';
import { renderReport } from './report.ts';

const empty = new Set(['meta', '!DOCTYPE']);

/** Walks the markup tag by tag as a strict parser would, and gives the names of the elements and attributes that it saw. */
const wellFormed = (markup: string): { elements: Set<string>; attributes: Set<string>; text: string } => {
  const elements = new Set<string>();
  const attributes = new Set<string>();
  const open: string[] = [];
  let text = '';
  const piece = /<(\/?)([!a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<]*")?)*)\s*(\/?)>|([^<]+)|(.)/gsy;
  for (const [, close, name, inside, selfClosed, words, stray] of markup.matchAll(piece)) {
    assert.equal(stray, undefined, `a stray ${stray}`);
    if (words !== undefined) {
      text += words;
      if (!open.includes('style')) {
        assert.doesNotMatch(words, /&(?!(amp|lt|gt|quot|#39);)/, 'a bare ampersand');
      }
      continue;
    }
    if (close) assert.equal(open.pop(), name);
    else if (!selfClosed && !empty.has(name!)) open.push(name!);
    elements.add(name!);
    for (const [, attribute] of inside!.matchAll(/([a-zA-Z:-]+)(?==|\s|$)/g)) attributes.add(attribute!);
  }
  assert.deepEqual(open, []);
  return { elements, attributes, text };
};

describe('a report', () => {
  it('is well-formed', () => {
    const { elements } = wellFormed(renderReport(sampleReport()));
    for (const name of ['svg', 'table', 'details', 'figure', 'title', 'desc'])
      assert.ok(elements.has(name), name);
  });

  it('needs nothing from outside: no script, no address', () => {
    const report = renderReport(sampleReport());
    const { elements, attributes } = wellFormed(report);
    for (const name of ['script', 'link', 'img', 'iframe', 'object']) assert.ok(!elements.has(name), name);
    for (const name of ['src', 'href']) assert.ok(!attributes.has(name), name);
    assert.doesNotMatch(report, /https?:|url\(|@import/);
  });

  it('contains the figures that it is about', () => {
    const data = sampleReport();
    const report = renderReport(data);
    const { success } = data.evaluations[0]!.comparison;
    for (const figure of [
      `${(100 * success.before.value).toFixed(1)} %`,
      `${(100 * success.after.value).toFixed(1)} %`,
      `× ${success.ratio.value.toFixed(2)} [× ${success.ratio.low.toFixed(2)}`,
      'hotel+train',
      'refused by the gate',
      '2,310',
      '3 min 39 s in all',
      '890 MB',
      'sft+dpo',
      '98.1 %',
      'search_hotel.area',
    ]) {
      assert.ok(report.includes(figure), figure);
    }
  });

  it('says every chart in words and in a table as well', () => {
    const report = renderReport(sampleReport());
    const count = (pattern: RegExp): number => report.match(pattern)!.length;
    assert.equal(count(/<svg /g), count(/<desc id=/g));
    assert.equal(count(/<svg /g), count(/<summary>Figures<\/summary>/g));
    const ids = [...report.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, 'ids are unique');
    for (const [, title, description] of report.matchAll(/aria-labelledby="(\S+) (\S+)"/g)) {
      assert.ok(ids.includes(title) && ids.includes(description));
    }
  });

  it('shows hostile text as text', () => {
    const hostile = `</style></title><script>alert(1)</script><img src=x onerror="alert('2')"> ]]> <!-- & &lt; \u0000 \ud800`;
    const { elements, attributes, text } = wellFormed(renderReport(sampleReport(hostile)));
    const benign = wellFormed(renderReport(sampleReport()));
    assert.deepEqual(elements, benign.elements);
    assert.deepEqual(attributes, benign.attributes);
    assert.ok(text.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
    assert.ok(!text.includes('\u0000'));
  });

  it('leaves out what it has no data for', () => {
    const bare = {
      ...sampleReport(),
      evaluations: [],
      training: [],
      rounds: [],
      costs: [],
      requests: [],
      settings: [],
      notes: [],
    };
    const { example: _, ...data } = bare;
    const { elements } = wellFormed(renderReport(data));
    assert.ok(!elements.has('svg') && !elements.has('section'));
  });

  it('bears one round, one step and figures that are none', () => {
    const data = sampleReport();
    const nothing = [{ stage: 'round 1, SFT', points: [{ step: 1, loss: Number.NaN }] }];
    const one = [{ stage: 'round 1, DPO', points: [{ step: 1, loss: 0.7 }] }];
    const report = renderReport({
      ...data,
      rounds: data.rounds.slice(0, 1).map(round => ({ ...round, gateAfter: Number.NaN })),
      training: [...nothing, ...one],
      costs: [{ stage: 'nothing', seconds: 0, peakMemoryBytes: 0 }],
    });
    wellFormed(report);
    assert.doesNotMatch(report, /NaN|Infinity|undefined/);
  });

  it('is the same for the same data', () => {
    assert.equal(renderReport(sampleReport()), renderReport(sampleReport()));
  });
});

describe('escaping', () => {
  it('leaves no character that could end a text or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        assert.doesNotMatch(escapeHtml(text), /[<>"']/);
        assert.ok(escapeHtml(text).isWellFormed());
      }),
    );
  });
});
