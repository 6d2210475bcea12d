/** For the tests: folders as models keep them, with one of the small templates and the small tokenizer. */
import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const fixtures = join(import.meta.dirname, '..', 'fixtures');

/** A new folder, to be removed after use. */
export const tokenizerFolder = async (
  template: 'chatml' | 'hermes' | 'llama3' | 'mistral',
  config: object = {},
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-tokenizer-'));
  await copyFile(join(fixtures, `${template}.jinja`), join(folder, 'chat_template.jinja'));
  await copyFile(join(fixtures, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const tokens = { bos_token: '<s>', eos_token: { content: '</s>' }, model_max_length: 4096 };
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ ...tokens, ...config }));
  return folder;
};
