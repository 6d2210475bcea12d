/** The laws of export formats, as a suite for every implementation: conversations with all that formats find hard. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { JsonObject } from '../../dialogue/json.ts';
import { type AssistantMessage, type Message, toolCall } from '../../dialogue/message.ts';
import type { Example, Kind } from '../examples.ts';
import { exportDataset } from '../export.ts';
import { harvestTree } from '../harvest.ts';
import { call, hotelTree, result, say, tools, user } from '../testing.ts';
import { type ChatTemplate, loadChatTemplate } from './chat-template.ts';
import { tokenizerFolder } from './fixtures.ts';
import type { Format } from './format.ts';
import { formatNamed } from './formats.ts';
import { type Said, said } from './said.ts';

/** Conversations with all that formats find hard: quotes, line separators, nested and empty arguments, no words. */
const words = fc.oneof(
  fc.constantFrom('a', 'b "c"', "d'e", 'line\u2028feed\nand\ttab', 'ünïcödé 東京 🏨', '{"json": [1]}'),
  fc.string({ minLength: 1, maxLength: 8 }).filter(text => text.trim() !== ''),
);
const value = fc.oneof(
  words,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(words, { maxLength: 2 }),
);
const args = fc.dictionary(fc.constantFrom('area', 'stars', 'guests', 'x y'), value, { maxKeys: 3 });
const answer = fc.oneof(
  { weight: 3, arbitrary: words.map(say) },
  { weight: 1, arbitrary: args.map(given => call('search_hotel', given, 'final')) },
);
const exchange = fc.oneof(
  fc.tuple(words, words).map(([asked, told]): Message[] => [user(asked), say(told)]),
  fc
    .tuple(words, args, words, words)
    .map(([asked, given, found, told]): Message[] => [
      user(asked),
      call('search_hotel', given, 'some-id'),
      result(found, 'some-id'),
      say(told),
    ]),
  fc
    .tuple(words, args, args, words)
    .map(([asked, one, two, told]): Message[] => [
      user(asked),
      sideBySide(one, two),
      result('first', 'one'),
      result('second', 'two'),
      say(told),
    ]),
);
const sideBySide = (one: object, two: object): AssistantMessage => ({
  role: 'assistant',
  tool_calls: [
    toolCall('one', 'search_hotel', JSON.stringify(one)),
    toolCall('two', 'book_hotel', JSON.stringify(two)),
  ],
});
const prompt = fc
  .tuple(fc.boolean(), fc.array(exchange, { maxLength: 3 }), words)
  .map(([system, exchanges, asked]): Message[] => [
    ...(system ? ([{ role: 'system', content: 'You help.' }] as const) : []),
    ...exchanges.flat(),
    user(asked),
  ]);
const example: fc.Arbitrary<Example> = fc
  .record({
    kind: fc.constantFrom<Kind>('sft', 'kto', 'dpo'),
    prompt,
    one: answer,
    two: answer,
    label: fc.boolean(),
  })
  .map(({ kind, prompt, one, two, label }): Example => {
    if (kind === 'sft') return { kind, messages: [...prompt, one], tools };
    if (kind === 'kto') return { kind, prompt, completion: [one], label, tools };
    return { kind, prompt, chosen: [one], rejected: [two], tools };
  });

export interface FormatSubject {
  /** What a row of a kind has to be, as its trainer documents it; throws, with the place, what is not. */
  readonly rules?: Partial<Record<Kind, (row: unknown, at: string) => void>>;
  /** Reads a row back, without a look at the writer; undefined for one that holds rendered strings. */
  readonly read?: (row: JsonObject) => Said | undefined;
}

/** @param text how the format is asked for: its name, or its module's path */
export const formatConformance = (text: string, { rules = {}, read }: FormatSubject = {}): void => {
  describe(`the laws of export formats: ${text}`, () => {
    let folder = '';
    let template: ChatTemplate;
    let tokenizer = '';
    let format: Format;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'juxta-formats-'));
      tokenizer = await tokenizerFolder('hermes');
      template = await loadChatTemplate(tokenizer);
      format = await formatNamed(text, { template });
    });
    after(async () => {
      await rm(folder, { recursive: true, force: true });
      await rm(tokenizer, { recursive: true, force: true });
    });

    it('writes rows as they are documented, each kind in one shape', () => {
      const shapes = new Map<Kind, string>();
      fc.assert(
        fc.property(example, given => {
          const rows = format.rows(given);
          assert.equal(rows.length > 0, format.kinds.includes(given.kind));
          for (const row of rows) {
            rules[given.kind]?.(row, given.kind);
            const shape = shapeOf(row);
            assert.equal(shape, shapes.get(given.kind) ?? shape);
            shapes.set(given.kind, shape);
          }
        }),
      );
      assert.deepEqual([...shapes.keys()].sort(), [...format.kinds].sort());
    });

    it('writes all kinds that it names, and no others', () => {
      for (const given of harvestTree(hotelTree(), tools))
        assert.equal(format.rows(given).length > 0, format.kinds.includes(given.kind), given.kind);
    });

    it('loses nothing: another reader finds the same words and calls in the row', { skip: !read }, () => {
      fc.assert(
        fc.property(example, given => {
          const rows = format.rows(given).map(row => JSON.parse(JSON.stringify(row)) as JsonObject);
          for (const row of rows) {
            const found = read!(row);
            if (found) assert.deepEqual(found, said(given, 'conversations' in row));
            else assert.ok(isRendered(row, given, template));
          }
        }),
      );
    });

    it('keeps the form of numbers: what the model wrote is what it learns', async () => {
      const written = '{"stars": 4.0, "area": -0.0, "guests": [1e3, 12345678901234567890]}';
      const [prompt, said] = [[user('a')], call('search_hotel', written)];
      const examples: Example[] = [
        { kind: 'sft', messages: [...prompt, said, result('[]'), say('b')], tools },
        { kind: 'kto', prompt, completion: [said], label: true, tools },
        { kind: 'dpo', prompt, chosen: [said], rejected: [say('x')], tools },
      ];
      for (const given of examples.filter(({ kind }) => format.kinds.includes(kind))) {
        const texts = format.rows(given).map(row => JSON.stringify(row));
        // A template prints what Python makes of a number.
        for (const number of [/\b4\.0/, /-0\.0/, /\b(1e3|1000\.0)/, /\b12345678901234567890\b/])
          assert.ok(
            texts.some(text => number.test(text)),
            `${number} in ${texts}`,
          );
      }
    });

    it('writes reasoning where it has a place for it, and nowhere else', () => {
      const said = { ...say('b'), reasoning: 'A thought.' };
      const given: Example = { kind: 'sft', messages: [user('a'), said], tools };
      if (format.reasoning === 'field' || !format.kinds.includes('sft')) return;
      assert.ok(!JSON.stringify(format.rows(given)).includes('A thought.'));
    });

    it('writes no tools where there are none', () => {
      const given: Example = { kind: 'sft', messages: [user('a'), say('b')], tools: [] };
      for (const row of format.kinds.includes('sft') ? format.rows(given) : [])
        assert.ok(!Array.isArray(row.tools) && row.tools !== '[]' && row.parallel_tool_calls === undefined);
    });

    it('does not bend arguments that are no JSON object', () => {
      const bad: Example[] = ['{"area"', '[1]', '1'].flatMap(text => {
        const [before, said] = [[user('a')], call('search_hotel', text)];
        return [
          { kind: 'sft', messages: [...before, said], tools },
          { kind: 'kto', prompt: before, completion: [said], label: false, tools },
          { kind: 'dpo', prompt: before, chosen: [say('x')], rejected: [said], tools },
        ];
      });
      for (const given of bad.filter(({ kind }) => format.kinds.includes(kind)))
        assert.throws(() => format.rows(given), { code: 'bad-input', hint: /malformed-calls/ });
    });

    it('gives the same rows from Parquet, read by another library, as from JSONL', async () => {
      const settings = {
        trees: [hotelTree(), hotelTree({ task: 'task-2' })],
        tools,
        format: text,
        tokenizer,
        seed: 3,
      };
      const [asLines, asColumns] = [join(folder, 'lines'), join(folder, 'columns')];
      const { files } = await exportDataset({ ...settings, out: asLines });
      await exportDataset({ ...settings, out: asColumns, container: 'parquet' });
      assert.ok(files.length > 0);
      for (const { kind, rows } of files) {
        const lines = await readFile(join(asLines, `${kind}.jsonl`), 'utf8');
        const file = await asyncBufferFromFile(join(asColumns, `${kind}.parquet`));
        assert.deepEqual(
          await parquetReadObjects({ file }),
          lines
            .trim()
            .split('\n')
            .map(line => JSON.parse(line) as JsonObject),
        );
        assert.ok(rows > 0);
      }
    });
  });
};

/** Names and types of the fields at the top, which a table's columns have to have in common. */
const shapeOf = (row: JsonObject): string =>
  Object.entries(row)
    .map(([name, field]) => `${name}: ${Array.isArray(field) ? 'list' : typeof field}`)
    .join(', ');

/** A prompt and what follows it are together what the template makes of the conversation. */
const isRendered = (row: JsonObject, given: Example, through: ChatTemplate): boolean => {
  const whole = (messages: readonly Message[]) => through.render(messages, given.tools);
  if (given.kind === 'dpo')
    return (
      `${row.prompt}${row.chosen}` === whole([...given.prompt, ...given.chosen]) &&
      `${row.prompt}${row.rejected}` === whole([...given.prompt, ...given.rejected])
    );
  if (given.kind === 'kto')
    return `${row.prompt}${row.completion}` === whole([...given.prompt, ...given.completion]);
  return whole(given.messages).startsWith(`${row.prompt}${row.completion}`);
};
