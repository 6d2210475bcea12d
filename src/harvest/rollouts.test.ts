/** Real trees, searched with the fallible scripted agent and the model that ships, through every format and the template check. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { Agent } from '../agents/agent.ts';
import { functionCalling, wholeTurns } from '../agents/function-calling.ts';
import type { Json, JsonObject } from '../dialogue/json.ts';
import type { Environment } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import { openEmbeddedModel } from '../models/embedded/model.ts';
import { baseWeights } from '../models/open.ts';
import type { Cast } from '../play/conversation.ts';
import { fallibleErrors, scriptAgent } from '../players/travel/agent/script.ts';
import { agendaUser } from '../players/travel/user/user.ts';
import { defaultSearch } from '../search/josh/josh.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { searchTree } from '../search/search-tree.ts';
import type { User } from '../users/user.ts';
import { templateCheck } from './check.ts';
import { exportDataset } from './export.ts';
import { documented } from './formats/documented.ts';
import { tokenizerFolder } from './formats/fixtures.ts';
import { formats } from './formats/formats.ts';
import { harvestTree } from './harvest.ts';
import { nodeValues } from './values.ts';

const shared = process.env.JUXTA_SHARED ?? '../shared';
type Player = Pick<Cast, 'agent' | 'model'>;
const script = async (): Promise<Player> => ({
  agent: scriptAgent(fallibleErrors) as Agent,
  model: { id: 'none', generate: () => Promise.reject(new Error('a scripted agent asked for a model')) },
});
const embedded = async (): Promise<Player> => ({
  agent: functionCalling(wholeTurns) as Agent,
  model: await openEmbeddedModel(baseWeights),
});
const searched = async (
  player: Player,
  environment: Environment,
  { split, count, beam }: { readonly split: string; readonly count: number; readonly beam: number },
): Promise<JoshTree[]> => {
  const cast = { environment, ...player, user: agendaUser() as User, temperature: 1, maxTokens: 64 };
  const search = { ...defaultSearch, beam };
  return Promise.all(environment.tasks(split, { count }).map(task => searchTree(cast, task, 1, search)));
};

const withoutData = existsSync(join(shared, 'data/multiwoz-2.1')) ? false : `no data in ${shared}`;
const withoutWeights = existsSync(baseWeights) ? false : 'weights/base.safetensors is not there';
const places = [
  { name: 'hamlet', who: 'the script', player: script, split: 'train', count: 20, beam: 8, skip: false },
  { name: 'toolwoz', who: 'the script', player: script, split: 'val', count: 20, beam: 8, skip: withoutData },
  {
    name: 'toolwoz',
    who: 'the embedded model',
    player: embedded,
    split: 'val',
    count: 12,
    beam: 4,
    skip: withoutData || withoutWeights,
  },
] as const;

for (const { name, who, player, skip, ...place } of places)
  describe(`examples of ${who} from ${name}`, { skip }, () => {
    let folder = '';
    let tokenizer = '';
    let trees: readonly JoshTree[] = [];
    let environment: Environment;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'juxta-rollouts-'));
      tokenizer = await tokenizerFolder('hermes');
      environment = await openEnvironment({ name });
      trees = await searched(await player(), environment, place);
    });
    after(async () => {
      await rm(folder, { recursive: true, force: true });
      await rm(tokenizer, { recursive: true, force: true });
    });

    it('are good and bad, single and paired', () => {
      const examples = trees.flatMap(tree => harvestTree(tree, environment.tools));
      const count = (keeps: (example: (typeof examples)[number]) => boolean) => examples.filter(keeps).length;
      assert.ok(count(({ kind }) => kind === 'sft') >= 5);
      assert.ok(count(each => each.kind === 'kto' && !each.label) >= 5);
      assert.ok(count(({ kind }) => kind === 'dpo') >= 5);
      for (const tree of trees) assert.equal(nodeValues(tree).length, tree.nodes.length);
    });

    for (const { name: format } of formats.builtIn)
      it(`keep to what is documented of ${format}`, async () => {
        const out = join(folder, format);
        const settings = { trees, tools: environment.tools, format, tokenizer, out, seed: 1 };
        const { files, unwritable } = await exportDataset(settings);
        assert.equal(unwritable, 0);
        for (const { kind, file, rows } of files) {
          const lines = (await readFile(join(out, file), 'utf8')).trim().split('\n');
          assert.equal(lines.length, rows);
          for (const [i, line] of lines.entries())
            documented[format]![kind]!(JSON.parse(line) as JsonObject as Json, `${file}:${i + 1}`);
        }
      });

    for (const { name: format } of formats.builtIn)
      it(`are the same in Parquet, read by another library: ${format}`, async () => {
        const out = join(folder, `${format}-parquet`);
        const settings = { trees, tools: environment.tools, format, tokenizer, seed: 1 };
        const { files } = await exportDataset({ ...settings, out, container: 'parquet' });
        await exportDataset({ ...settings, out: join(folder, format) });
        for (const { kind, file } of files) {
          const lines = (await readFile(join(folder, format, `${kind}.jsonl`), 'utf8')).trim().split('\n');
          const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(out, file)) });
          assert.deepEqual(
            rows,
            lines.map(line => JSON.parse(line) as Json),
          );
        }
      });

    for (const family of ['hermes', 'llama3', 'mistral'] as const)
      it(`come through a template of the family ${family} without loss`, async () => {
        const model = await tokenizerFolder(family, { model_max_length: 100_000 });
        const examples = trees.slice(0, 5).flatMap(tree => harvestTree(tree, environment.tools));
        const check = await templateCheck(model);
        for (const example of examples) check.add(example);
        const { problems, worst } = check.report();
        const { 'not-masked': unmarked, ...others } = problems;
        assert.deepEqual(
          Object.values(others).filter(count => count > 0),
          [],
          JSON.stringify(worst[0]),
        );
        assert.equal(unmarked > 0, family !== 'hermes');
        await rm(model, { recursive: true });
      });
  });
