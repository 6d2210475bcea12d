/** Whether a model's chat template lets through what the examples teach. Trainers render with it, and say nothing. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { templateCheck } from '../../harvest/check.ts';
import type { Example } from '../../harvest/examples.ts';
import type { Problem } from '../../harvest/findings.ts';
import { type ChatTemplate, loadChatTemplate } from '../../harvest/formats/chat-template.ts';
import { readExamples } from '../../harvest/read.ts';

/** What makes a training teach something else than the data say. Of the others a trainer takes care, or tells. */
const grave: readonly Problem[] = [
  'refused',
  'tools-missing',
  'arguments-escaped',
  'arguments-not-json',
  'content-lost',
];

/** A template does the same to all examples of a kind: so many show it. */
const MOST_EXAMPLES = 500;

/**
 * @param folder of the model or of its tokenizer
 * @param name of the model, for a person
 * @throws JuxtaError `template-unfit`; BadInputError if the folder has no template that can be read
 */
export const checkTemplate = async (folder: string, file: string, name: string): Promise<void> => {
  const check = await templateCheck(folder);
  const template = await loadChatTemplate(folder);
  let looked = 0;
  for await (const example of readExamples(file)) {
    check.add(example);
    refuseEqual(example, template, `${file}, example ${looked + 1}`, name);
    if (++looked === MOST_EXAMPLES) break;
  }
  const { examples, worst, problems } = check.report();
  const found = grave.filter(problem => problems[problem] > 0);
  if (found.length === 0) return;
  const first = worst.flatMap(({ findings }) => findings).find(({ problem }) => found.includes(problem));
  const counts = found.map(problem => `${problem} in ${problems[problem]}`).join(', ');
  throw new JuxtaError(
    'template-unfit',
    `the chat template of ${name} would teach something else than ${file} says: of ${examples} examples, ${counts}; ${first?.message}`,
    {
      hint: 'see all of it with: juxta export --check FOLDER; take another model or template, or go on with --despite-template',
      permanent: true,
    },
  );
};

/** A pair whose answers differ in what the template does not print. */
const refuseEqual = (example: Example, template: ChatTemplate, where: string, name: string): void => {
  if (example.kind !== 'dpo') return;
  const { prompt, chosen, rejected, tools } = example;
  let texts: readonly string[];
  try {
    texts = [chosen, rejected].map(answer => template.render([...prompt, ...answer], tools));
  } catch {
    return; // The check tells that the template refuses it.
  }
  if (texts[0] !== texts[1]) return;
  throw new JuxtaError(
    'template-unfit',
    `${where}: chosen and rejected render as the same text with the template of ${name}`,
    {
      hint: 'take the row out, or another model; or go on with --despite-template',
      permanent: true,
    },
  );
};

/** Whether what was thrown is the verdict on a template, and not that it could not be looked at. */
export const isUnfit = (thrown: unknown): boolean =>
  thrown instanceof JuxtaError && thrown.code === 'template-unfit';

/** Where a model's tokenizer is on this machine, undefined if it is not: its own folder, or the cache of the hub. */
export const tokenizerFolder = async (
  model: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> => {
  if (existsSync(join(model, 'tokenizer_config.json'))) return model;
  const home = environment.HF_HOME ?? join(homedir(), '.cache', 'huggingface');
  const hub = environment.HF_HUB_CACHE ?? join(home, 'hub');
  const repository = join(hub, `models--${model.replaceAll('/', '--')}`);
  const main = await readFile(join(repository, 'refs', 'main'), 'utf8').catch(() => undefined);
  const revisions =
    main === undefined ? await readdir(join(repository, 'snapshots')).catch(() => []) : [main.trim()];
  return revisions
    .map(revision => join(repository, 'snapshots', revision))
    .find(folder => existsSync(join(folder, 'tokenizer_config.json')));
};
