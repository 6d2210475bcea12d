import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import type { JsonObject } from '../dialogue/json.ts';
import type { Tool } from '../environments/environment.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { type CardFacts, cardMark, datasetCard, filesOnCard, type WrittenFile } from './card.ts';
import type { Example, Kind } from './examples.ts';
import { ensureFolder, pendingFile } from './files.ts';
import { defaultFilters, filtersNamed, paperFilters } from './filters.ts';
import { loadChatTemplate } from './formats/chat-template.ts';
import type { Format } from './formats/format.ts';
import { formatNamed } from './formats/formats.ts';
import type { HarvestOptions } from './harvest.ts';
import { parquetSink } from './parquet.ts';
import { type PipelineCounts, pipeline } from './pipeline.ts';
import { placeReasoning, reasoningPlace } from './reasoning.ts';
import { jsonlSink, type Sink, shuffledSink } from './sink.ts';
import { valueRows } from './values.ts';
import { wellFormed } from './well-formed.ts';

/** Which trees are written, as what, and where. */
export interface ExportSettings extends Omit<HarvestOptions, 'kinds'> {
  /** Trees of one task should follow one another: they are filtered together. */
  readonly trees: AsyncIterable<JoshTree> | Iterable<JoshTree>;
  readonly tools: readonly Tool[];
  /** A name, as `formatNamed` takes it. */
  readonly format: string;
  /** A folder with a model's tokenizer files, for the formats that write through its chat template. */
  readonly tokenizer?: string;
  /**
   * A folder with the tokenizer files of the model that is to be trained (default: `tokenizer`): its chat template decides
   * where reasoning stands that is kept.
   */
  readonly target?: string;
  /** A folder; made if it is not there. Files in it are replaced whole, or stay as they were. */
  readonly out: string;
  readonly seed: number;
  /** Of what the format can carry (default: all of it). */
  readonly kinds?: readonly Kind[];
  /** Names as `filtersNamed` takes them (default: `defaultFilters`). */
  readonly filters?: readonly string[];
  /** How rows are stored (default: `jsonl`). `parquet.ts` documents the columns. */
  readonly container?: 'jsonl' | 'parquet';
  /** Also writes `values/nodes.jsonl`: value, advantage and visits of every node of every tree (`values.ts`). */
  readonly values?: boolean;
  /** Adds a field `source` to each row: task, seed, node and reward. Not every trainer likes it. */
  readonly provenance?: boolean;
  readonly card?: CardFacts;
  /** Called with each example that is written, in the order of the harvest. */
  readonly onExample?: (example: Example) => void;
}

/** What an export wrote, and what it left out. */
export interface ExportCounts extends PipelineCounts {
  readonly files: readonly (WrittenFile & { readonly kind: Kind })[];
  /** Examples that the format cannot carry whole. */
  readonly unwritable: number;
  /** Examples in which halves of surrogate pairs were replaced. */
  readonly mended: number;
  /** Rows of `values/nodes.jsonl`. */
  readonly values: number;
}

/**
 * Writes a dataset: one file per kind, the dataset card, and what the format wants beside them. Streams: memory does
 * not grow with the number of trees. KTO files are shuffled with the seed, except by the paper's rule.
 * @throws JuxtaError `unknown-format`, `tokenizer-needed`, `unknown-filter`, `kind-not-carried`, `bad-option`, `reasoning-not-carried`, `not-a-folder`,
 * `not-a-dataset-folder`, `other-dataset`, `disk-full`, `cannot-write`; BadInputError for tokenizer files that cannot be read
 */
export const exportDataset = async (settings: ExportSettings): Promise<ExportCounts> => {
  const { out, seed, tools, container = 'jsonl' } = settings;
  const template = settings.tokenizer === undefined ? undefined : await loadChatTemplate(settings.tokenizer);
  const format = await formatNamed(settings.format, { ...(template && { template }) });
  const kinds = kindsOf(settings, format);
  const target = settings.target === undefined ? template : await loadChatTemplate(settings.target);
  const place = settings.reasoning === 'keep' ? reasoningPlace(format, target) : undefined;
  const filters = await filtersNamed(settings.filters ?? defaultFiltersOf(settings), { tools, seed });
  await ensureFolder(out);
  const fileOf = (kind: Kind) => `${kind}.${container}`;
  await refuseOtherCard(out, kinds.map(fileOf));

  const openSink = container === 'parquet' ? parquetSink : jsonlSink;
  const sinks = new Map<Kind | 'values', Sink>();
  const rows = new Map<Kind | 'values', number>();
  const add = async (to: Kind | 'values', row: JsonObject) => {
    rows.set(to, (rows.get(to) ?? 0) + 1);
    await sinks.get(to)!.add(JSON.stringify(row));
  };
  const valued = async function* (): AsyncGenerator<JoshTree, void> {
    for await (const tree of settings.trees) {
      for (const row of valueRows(tree, tools)) await add('values', row);
      yield tree;
    }
  };
  let unwritable = 0;
  let mended = 0;
  try {
    for (const kind of kinds) {
      const sink = await openSink(join(out, fileOf(kind)));
      sinks.set(kind, kind === 'kto' && settings.rule !== 'paper' ? shuffledSink(sink, seed) : sink);
    }
    if (settings.values) sinks.set('values', await jsonlSink(join(out, 'values', 'nodes.jsonl')));
    const trees = settings.values ? valued() : settings.trees;
    const { examples, counts } = pipeline(trees, tools, filters, { ...settings, kinds });
    for await (const given of examples) {
      const mendedExample = wellFormed(given);
      if (mendedExample !== given) mended++;
      const example = placeReasoning(mendedExample, place);
      const written = format.rows(example);
      if (written.length === 0) unwritable++;
      else settings.onExample?.(example);
      const { kind, source } = example;
      for (const row of written)
        await add(kind, settings.provenance && source ? { ...row, source: { ...source } } : row);
    }
    for (const sink of sinks.values()) await sink.finish();
    for (const sink of sinks.values()) await sink.commit();

    const files = kinds.map(kind => ({ kind, file: fileOf(kind), rows: rows.get(kind) ?? 0 }));
    const result = { ...counts(), files, unwritable, mended, values: rows.get('values') ?? 0 };
    await writeText(join(out, 'README.md'), datasetCard(cardFacts(settings), format, files, result));
    const companions = format.companions?.(new Map(files.map(({ kind, file }) => [kind, file]))) ?? [];
    for (const { file, text } of companions) await writeText(join(out, file), text);
    return result;
  } finally {
    for (const sink of sinks.values()) await sink.discard();
  }
};

/** @throws JuxtaError `kind-not-carried`, `bad-option` */
const kindsOf = ({ kinds, rule, turns, reasoning }: ExportSettings, format: Format): readonly Kind[] => {
  const refuse = (what: string, carried: readonly Kind[]): never => {
    throw new JuxtaError('kind-not-carried', what, { hint: `It carries ${carried.join(', ') || 'none'}.` });
  };
  for (const kind of kinds ?? [])
    if (!format.kinds.includes(kind)) refuse(`${format.name} carries no ${kind} examples`, format.kinds);
  if (rule === 'paper' && reasoning === 'keep')
    throw new JuxtaError('bad-option', 'the paper’s rule knows no reasoning', {
      hint: 'Leave out the rule, or the reasoning.',
    });
  if (rule === 'paper' && turns)
    throw new JuxtaError('bad-option', 'data by turn has no rule for negatives', {
      hint: 'Leave out the rule, or the turns.',
    });
  if (rule !== 'paper' && !turns) return kinds ?? format.kinds;
  const how = turns ? 'data by turn' : 'the paper’s rule';
  // KTO needs turns of both labels.
  const without: readonly Kind[] = turns === 'successful' ? ['dpo', 'kto'] : ['dpo'];
  const left = (kinds ?? format.kinds).filter(kind => !without.includes(kind));
  if (left.length === 0 || kinds?.some(kind => without.includes(kind)))
    refuse(
      `${how}${turns ? ` (${turns})` : ''} makes no ${(kinds ?? format.kinds).join(' or ')} examples`,
      left,
    );
  return left;
};

const defaultFiltersOf = ({ rule, turns }: ExportSettings): readonly string[] => {
  if (turns) return ['malformed-calls'];
  return rule === 'paper' ? paperFilters : defaultFilters;
};

const cardFacts = ({
  card,
  seed,
  minReward = 1,
  pairing = 'siblings',
  container = 'jsonl',
  rule = 'juxta',
  turns,
  reasoning = 'drop',
}: ExportSettings): CardFacts => ({
  ...card,
  settings: {
    ...card?.settings,
    'export seed': seed,
    'least reward': minReward,
    'DPO pairs': pairing,
    rule,
    ...(turns && { turns }),
    reasoning,
    container,
  },
});

const writeText = async (path: string, text: string): Promise<void> => {
  const file = await pendingFile(path);
  await file.write(text);
  await file.commit();
};

/** The card tells of all that lies in its folder: it must neither be somebody's own text, nor leave out files of before. */
const refuseOtherCard = async (folder: string, files: readonly string[]): Promise<void> => {
  const path = join(folder, 'README.md');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  if (!text.includes(cardMark))
    throw new JuxtaError('not-a-dataset-folder', `${path} is not a dataset card, and would be overwritten`, {
      hint: 'Give a folder of its own to the dataset.',
    });
  const others = filesOnCard(text).filter(file => !files.includes(file) && existsSync(join(folder, file)));
  if (others.length > 0)
    throw new JuxtaError(
      'other-dataset',
      `${folder} holds another dataset (${others.join(', ')}), whose card would be overwritten`,
      { hint: 'Name another folder, or remove that dataset first.' },
    );
};
