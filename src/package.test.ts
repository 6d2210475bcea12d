/** The package as somebody gets it: packed, installed into an empty folder, type-checked against and run. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

const consumer = `
import { defaultSearch, defineConfig, josh, JuxtaError, type Play } from 'juxta';
import { environmentConformance } from 'juxta/testing';

/** Counts to three: an agent's turn adds one or two. */
const play: Play<number, string> = {
  goals: ['three'],
  agentStep: async (state, { path }) => ({ ...turn, state: state + (path.endsWith('R') ? 1 : 2), status: 'spoke' }),
  userStep: async state => ({ ...turn, state, status: 'spoke' }),
  hits: (state, open) => (state === 3 ? open : []),
  close: () => ({ left: [] }),
  outOfTries: state => ({ state, turn: turn.turn }),
};
const turn = {
  turn: {
    speaker: 'agent', visible: [], internal: [], calls: [], usage: { inputTokens: 0, outputTokens: 0 },
  },
} as const;

const search = josh(play, { state: 0, turns: [] }, { ...defaultSearch, beam: 4 });
let step = await search.next();
while (!step.done) step = await search.next();
const { reward, root } = step.value;
const config = defineConfig({ rollout: { beam: 4 } });
console.log(JSON.stringify({ reward, path: root.path, suite: typeof environmentConformance, beam: config.rollout?.beam, error: new JuxtaError('a', 'b').code }));
`;

describe('the package, installed from its tarball', () => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-package-'));
  const inFolder = { cwd: folder, env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache') } };
  let tarball = '';

  before(async () => {
    await run('npm', ['pack', '--pack-destination', folder], { cwd: root });
    tarball = join(folder, readdirSync(folder).find(file => file.endsWith('.tgz'))!);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], inFolder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is smaller than four megabytes, weights included', () => {
    assert.ok(statSync(tarball).size < 4_000_000, `${statSync(tarball).size} bytes`);
  });

  it('carries the built page, no tests, and no TypeScript but declarations and what `juxta init` copies', () => {
    const files = readdirSync(join(folder, 'node_modules/juxta'), { recursive: true, encoding: 'utf8' });
    const stray = files
      .filter(file => !file.startsWith('examples/returns-desk/'))
      .filter(file => /\.(test|testing|sample|bench)\.|(?<!\.d)\.ts$|(^|\/)testing\//.test(file));
    assert.deepEqual(stray, []);
    assert.ok(files.includes('page/dist/index.html'));
  });

  it('is described as it is by docs/api.md', async () => {
    await run(process.execPath, [join(root, 'scripts/api.js'), '--check', '--built']).catch(
      ({ stderr }: { stderr: string }) => assert.fail(stderr),
    );
  });

  it('type-checks a strict program that uses it, and the examples, and does what that program asks', async () => {
    writeFileSync(join(folder, 'consumer.ts'), consumer);
    cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
    const examples = readdirSync(join(folder, 'examples'), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => join('examples', file));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      module: 'nodenext',
      target: 'es2024',
    };
    const types = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')], skipLibCheck: true };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { ...compilerOptions, ...types, outDir: 'out' },
        files: ['consumer.ts', ...examples],
      }),
    );
    await run(join(root, 'node_modules/.bin/tsc'), ['--project', folder], inFolder).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => assert.fail(`${stdout}${stderr}`),
    );
    const { stdout } = await run(process.execPath, ['out/consumer.js'], inFolder);
    assert.deepEqual(JSON.parse(stdout), { reward: 1, path: 'LR', suite: 'function', beam: 4, error: 'a' });
  });

  it('evaluates, with worker threads and the weights that it carries', async () => {
    const { stdout } = await run(
      process.execPath,
      ['node_modules/juxta/bin/juxta.js', 'evaluate', '--tasks', '3', '--json'],
      inFolder,
    );
    const result = JSON.parse(stdout) as { readonly run: string };
    assert.equal(result.run, 'evaluate-1');
  });
});
