/** `juxta init`: a small environment that works, for whoever begins with an empty folder. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JuxtaError, messageOf } from '../base/errors.ts';
import { makePath } from '../base/folders.ts';
import { packageInfo } from '../base/package.ts';

/** The example that comes with the package, two folders above sources and compiled files alike. */
const example = fileURLToPath(new URL('../../examples/returns-desk/', import.meta.url));

const config = `import { defineConfig } from 'juxta';

export default defineConfig({ environment: './returns.ts' });
`;

const readme = `# An agent of your own

\`returns.ts\` holds the tools, \`tasks.jsonl\` the tasks, \`juxta.config.ts\` what every command is told.

\`\`\`sh
npm install
npx juxta check                      # what is wrong with tools, tasks and goals
npx juxta play                       # talk to the agent yourself, or be the agent: --as agent
\`\`\`

With your model behind an OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, a provider), as agent and as user:

\`\`\`sh
M=http://localhost:8000/v1#NAME
npx juxta doctor $M                  # what the endpoint can do
npx juxta rollout --model $M --user-model $M
npx juxta export --run rollout-1 --format trl-dpo --out data
npx juxta evaluate --model $M --user-model $M
\`\`\`

Have you conversations already? \`npx juxta import conversations.jsonl --out tasks.jsonl\` makes tasks of them.
`;

const manifest = (folder: string): string =>
  `${JSON.stringify(
    {
      name:
        basename(folder)
          .toLowerCase()
          .replace(/[^a-z0-9-]+/g, '-') || 'agent',
      private: true,
      type: 'module',
      dependencies: { juxta: `^${packageInfo.version}`, zod: '^4.0.0' },
    },
    null,
    2,
  )}\n`;

export interface Starter {
  readonly folder: string;
  /** Names of the files that were written. */
  readonly written: readonly string[];
  /** There was a `package.json`, which was left as it is. */
  readonly keptManifest: boolean;
}

/**
 * Writes the returns desk, its tasks, a configuration and a README. A `package.json` that is there is kept.
 * @throws JuxtaError `would-overwrite`, with nothing written; `cannot-write`
 */
export const writeStarter = (folder: string): Starter => {
  const at = resolve(folder);
  const keptManifest = existsSync(join(at, 'package.json'));
  const files: Readonly<Record<string, string>> = {
    'returns.ts': readFileSync(join(example, 'returns.ts'), 'utf8'),
    'tasks.jsonl': readFileSync(join(example, 'tasks.jsonl'), 'utf8'),
    'juxta.config.ts': config,
    'README.md': readme,
    ...(!keptManifest && { 'package.json': manifest(at) }),
  };
  const there = Object.keys(files).filter(name => existsSync(join(at, name)));
  if (there.length > 0)
    throw new JuxtaError('would-overwrite', `${there.join(', ')} would be overwritten in ${at}`, {
      hint: 'name another folder: juxta init my-agent',
    });
  try {
    makePath(at);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text, { flag: 'wx' });
  } catch (cause) {
    throw new JuxtaError('cannot-write', `cannot write to ${at}: ${messageOf(cause)}`, {
      hint: 'name another folder, or check its permissions',
      cause,
    });
  }
  return { folder: at, written: Object.keys(files), keptManifest };
};
