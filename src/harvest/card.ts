import type { Counts } from './filter.ts';
import { ktoWeights } from './filter.ts';
import type { Format } from './formats/format.ts';
import type { PipelineCounts } from './pipeline.ts';

/** What a dataset's reader wants to know and the examples do not say. */
export interface CardFacts {
  readonly title?: string;
  /** The model that played the agent. */
  readonly model?: string;
  readonly environment?: string;
  /** Of the tasks and databases, not of this software, as hubs write it, for example `mit`. */
  readonly licence?: string;
  /** Settings of search, harvest and export, as they are to be printed. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** One file of a dataset. */
export interface WrittenFile {
  readonly file: string;
  readonly rows: number;
}

/** The first line of our cards, which marks a README as ours. */
export const cardMark = '<!-- dataset card written by juxta export -->';

/** The files of a dataset, by what the front matter of its card says. */
export const filesOnCard = (card: string): readonly string[] =>
  [...card.matchAll(/^ {4}data_files: (.+)$/gm)].map(([, file]) => file!);

/** The dataset card: Markdown with the front matter that dataset hubs read. */
export const datasetCard = (
  facts: CardFacts,
  format: Format,
  files: readonly WrittenFile[],
  counts: PipelineCounts & { readonly unwritable: number; readonly mended: number; readonly values: number },
): string => {
  const { kept } = counts;
  const weights = ktoWeights(kept);
  return `${[
    '---',
    `license: ${facts.licence ?? 'unknown'}`,
    'tags: [tool-calling, dialogue, synthetic, josh]',
    'configs:',
    ...files.flatMap(({ file }) => [`  - config_name: ${file.split('.')[0]}`, `    data_files: ${file}`]),
    '---',
    cardMark,
    '',
    `# ${facts.title ?? 'Training examples harvested from conversation trees'}`,
    '',
    'Conversations between an agent and a simulated user were branched; as soon as a branch reached a goal, the tree',
    'collapsed to it. What the winning branch said is set beside what its siblings said (JOSH, arXiv 2409.04617).',
    '',
    `- Format: \`${format.name}\` (${format.description})`,
    `- Model that played the agent: ${facts.model ?? 'not stated'}`,
    `- Environment: ${facts.environment ?? 'not stated'}`,
    `- Licence of the tasks and databases: ${facts.licence ?? 'not stated'}; what the model said may be under terms of its own`,
    '',
    '## Files',
    '',
    'Hugging Face `datasets` must be 4.7 or newer: older ones fill the arguments of calls with nulls.',
    '',
    table(
      ['file', 'rows'],
      files.map(({ file, rows }) => [`\`${file}\``, rows]),
    ),
    '',
    ...(counts.unwritable > 0
      ? [`${counts.unwritable} examples are missing, as the format cannot carry them whole.`, '']
      : []),
    ...(counts.mended > 0
      ? [`In ${counts.mended} examples halves of surrogate pairs were replaced by U+FFFD.`, '']
      : []),
    ...(counts.values > 0
      ? [
          `\`values/nodes.jsonl\` has ${counts.values} nodes with value, advantage and visits, of all trees.`,
          '',
        ]
      : []),
    '## From trees to rows',
    '',
    `${counts.trees} trees of ${counts.tasks} tasks, ${counts.rewarded} with enough reward. ${counts.withheld} negatives were`,
    'held back because their branch ended through a fault that was not the agent’s.',
    '',
    ...(counts.equalTrees > 0
      ? [`${counts.equalTrees} trees were equal to an earlier one of their task, and gave nothing more.`, '']
      : []),
    table(
      ['step', 'tasks', 'SFT', 'KTO good', 'KTO bad', 'DPO'],
      [
        ['harvested', ...cells(counts.harvested)],
        ...counts.steps.map(step => [`without ${step.excludes} (\`${step.name}\`)`, ...cells(step.out)]),
      ],
    ),
    ...(kept.ktoGood + kept.ktoBad > 0
      ? [
          '',
          `KTO weights that make both classes count alike: desirable ${weights.desirable.toFixed(3)}, undesirable ${weights.undesirable.toFixed(3)}.`,
        ]
      : []),
    ...(facts.settings
      ? ['', '## Settings', '', table(['setting', 'value'], Object.entries(facts.settings))]
      : []),
  ].join('\n')}\n`;
};

const cells = ({ tasks, sft, ktoGood, ktoBad, dpo }: Counts): number[] => [tasks, sft, ktoGood, ktoBad, dpo];

const table = (head: readonly string[], rows: readonly (readonly (string | number | boolean)[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map(
      row => `| ${row.map(cell => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n');
