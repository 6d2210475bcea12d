/**
 * What the real TRL, on a tiny model made on the spot, does with data that would teach nothing or something else, and
 * what Juxta tells of it: the first kinds of the table in docs/training.md. Needs a Python that has TRL.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JuxtaError } from '../src/base/errors.ts';
import { tinyDataset } from '../src/train/embedded/testing.ts';
import { trainerOptions } from '../src/train/registry.ts';
import type { Method, TrainJob } from '../src/train/trainer.ts';
import { writeData } from '../src/train/trl/data.ts';
import { trl } from '../src/train/trl/definition.ts';
import { commandLine } from './command-line.ts';

const program = commandLine(import.meta.filename)
  .requiredOption('--python <path>', 'a Python that has TRL')
  .option('--only <text>', 'the cases whose name has this text', '');
const { python, only } = program.parse().opts<{ python: string; only: string }>();

const home = mkdtempSync(join(tmpdir(), 'juxta-trl-'));
const model = join(home, 'Qwen2-tiny');
const making = fileURLToPath(new URL('./trl/tiny-model.py', import.meta.url));
execFileSync(python, [making, model], { stdio: ['ignore', 'ignore', 'ignore'] });

/** The same model with a template that prints neither tools nor calls. */
const deaf = join(home, 'Qwen2-deaf');
cpSync(model, deaf, { recursive: true });
writeFileSync(
  join(deaf, 'chat_template.jinja'),
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{% if message.role == 'assistant' %}{% generation %}{{ message.content }}<|im_end|>{% endgeneration %}{% else %}{{ message.content }}<|im_end|>{% endif %}\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
);

const data = join(home, 'data');
mkdirSync(data);
const methods: readonly Method[] = ['sft', 'kto', 'dpo'];
for (const method of methods) await writeData(tinyDataset(20), method, join(data, `${method}.jsonl`), 1);
const halves = tinyDataset(4);
await writeData(
  {
    ...halves,
    sft: halves.sft.map(one => ({
      ...one,
      messages: [{ role: 'user', content: 'half \ud83d' }, ...one.messages.slice(1)],
    })),
  },
  'sft',
  join(data, 'halves.jsonl'),
  1,
);

interface Case {
  readonly what: string;
  readonly method: Method;
  readonly settings?: object;
  readonly options?: object;
  readonly base?: string;
  readonly file?: string;
  /** Goes past what is looked at before Python starts. */
  readonly unchecked?: true;
}

const cases: readonly Case[] = [
  { what: 'SFT', method: 'sft' },
  { what: 'KTO', method: 'kto' },
  { what: 'DPO', method: 'dpo' },
  { what: '`max_length` 300: some prompts fill it', method: 'kto', settings: { max_length: 300 } },
  { what: '`max_length` 50: all prompts fill it', method: 'kto', settings: { max_length: 50 } },
  { what: 'the same, SFT: no token of the agent is left', method: 'sft', settings: { max_length: 50 } },
  { what: 'a template without tools and calls, SFT', method: 'sft', base: deaf },
  { what: 'the same, its template not on this machine', method: 'dpo', base: deaf, unchecked: true },
  { what: 'the same, `--despite-template`', method: 'dpo', base: deaf, options: { despiteTemplate: true } },
  { what: 'KTO, batches of one', method: 'kto', settings: { per_device_train_batch_size: 1 } },
  {
    what: 'a preset in bfloat16',
    method: 'kto',
    options: { preset: 'paper-kto' },
    settings: { use_cpu: false },
  },
  { what: 'a setting that TRL does not know', method: 'sft', settings: { warmup_ratio: 0.1 } },
  { what: 'halves of characters', method: 'sft', file: 'halves.jsonl' },
];

let number = 0;
const outcomeOf = async ({
  method,
  settings,
  options,
  base = model,
  file,
  unchecked,
}: Case): Promise<string> => {
  const common = { use_cpu: true, max_steps: 2, per_device_train_batch_size: 2 };
  const job: TrainJob = {
    id: 'new',
    base,
    methods: [method],
    data: { [method]: join(data, file ?? `${method}.jsonl`) },
    hyperparameters: {},
    options: trainerOptions(trl, { python, settings: { ...common, ...settings }, ...options }),
    environment: { name: 'hamlet' },
    folder: join(home, `run-${++number}`),
    seed: 1,
    threads: 1,
  };
  const told: string[] = [];
  let steps = 0;
  try {
    if (!unchecked) await trl.check(job);
    await trl.train(job, {
      onProgress: progress => {
        steps = progress.step;
      },
      onWarning: text => told.push(text),
    });
    return [`${steps} updates`, ...told].join('<br>');
  } catch (thrown) {
    if (!(thrown instanceof JuxtaError)) throw thrown;
    const resume = thrown.permanent ? '' : '; `--resume`';
    return [...told, `\`${thrown.code}\`: ${thrown.message.split('\n')[0]}${resume}`].join('<br>');
  }
};

process.stdout.write('| data and settings | what Juxta says |\n|---|---|\n');
for (const one of cases.filter(({ what }) => what.includes(only))) {
  const outcome = (await outcomeOf(one)).replaceAll(`${home}/`, '');
  process.stdout.write(`| ${one.what} | ${outcome} |\n`);
}
