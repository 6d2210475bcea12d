import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { type Diagnosis, examine } from '../../models/doctor/doctor.ts';
import type { Finding } from '../../models/doctor/finding.ts';
import { isRemote } from '../../rollout/cast.ts';
import { number, whole } from '../options/options.ts';
import { perform, say, sayJson } from '../terminal/terminal.ts';

interface Options {
  readonly atOnce: number;
  readonly timeout: number;
  readonly json: boolean;
}

export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('ask an endpoint what it can do, and tell with which options it is best used')
    .argument('<model>', 'http://HOST/v1#MODEL, openai:MODEL, or what else --model takes of others')
    .addOption(
      new Option('--at-once <n>', 'most requests at once that are tried')
        .default(16)
        .argParser(whole(1, 1024)),
    )
    .addOption(
      new Option('--timeout <s>', 'seconds to wait for an answer').default(60).argParser(number(0.001, 1e6)),
    )
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      '\nIt sends about forty short requests, which a provider charges for.\n\nExample:\n  juxta doctor http://localhost:8000/v1#llama',
    )
    .action((model: string, options: Options) => perform(() => run(model, options), options));
};

const run = async (model: string, { atOnce, timeout, json }: Options): Promise<void> => {
  if (!isRemote(model))
    throw new JuxtaError('bad-option', `${model} is not reached over a network`, {
      hint: 'name an endpoint: http://HOST:PORT/v1#MODEL, openai:MODEL …',
    });
  const diagnosis = await examine(model, {
    mostAtOnce: atOnce,
    timeoutMs: 1000 * timeout,
    onFinding: finding => say(lineOf(finding)),
  });
  for (const line of endOf(diagnosis)) say(line);
  if (json) sayJson({ ...diagnosis });
  if (diagnosis.verdict === 'unusable') process.exitCode = 1;
};

/** @example lineOf({ name: 'n', verdict: 'yes', says: '…' }) // 'n                 yes      …' */
export const lineOf = ({ name, verdict, says }: Finding): string =>
  `${name.padEnd(18)}${verdict.padEnd(9)}${says}`;

export const endOf = (diagnosis: Diagnosis): readonly string[] => [
  ...diagnosis.refuses.map(text => `it was found that ${text}`),
  `${diagnosis.verdict}: ${diagnosis.says}`,
  ...(diagnosis.options.length > 0 ? [`  ${diagnosis.options.join(' ')}`] : []),
  `(${diagnosis.requests} requests, ${diagnosis.usage.inputTokens + diagnosis.usage.outputTokens} tokens)`,
];
