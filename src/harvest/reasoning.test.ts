import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AssistantMessage } from '../dialogue/message.ts';
import { datasetOf } from './examples.ts';
import { type ExportSettings, exportDataset } from './export.ts';
import { checkExample } from './findings.ts';
import { chatTemplate } from './formats/chat-template.ts';
import { tokenizerFolder } from './formats/fixtures.ts';
import { harvestTree } from './harvest.ts';
import { readDataset } from './read.ts';
import { call, result, say, tools, treeOf, user } from './testing.ts';

const thinking = (message: AssistantMessage, reasoning: string): AssistantMessage => ({
  ...message,
  reasoning,
});
const fork = (good: AssistantMessage, bad: AssistantMessage) =>
  treeOf(
    {
      '': { says: [user('a')], golden: true },
      L: { says: [good], golden: true },
      R: { says: [bad], cause: 'superseded' },
    },
    ['L'],
  );

describe('reasoning in training data', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-reasoning-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const line = treeOf(
    {
      '': {
        says: [
          user('a'),
          thinking(call('search_hotel', {}), 'Look.'),
          result('[]'),
          thinking(say('b'), 'Say.'),
        ],
        golden: true,
      },
    },
    [''],
  );
  const exported = async (name: string, settings: Partial<ExportSettings>) => {
    const out = join(folder, name);
    await exportDataset({ trees: [line], tools, format: 'trl-sft', out, seed: 1, ...settings });
    return readFile(join(out, 'sft.jsonl'), 'utf8');
  };
  const target = async (template: string) => {
    const made = await tokenizerFolder('chatml');
    await writeFile(join(made, 'chat_template.jinja'), template);
    return made;
  };
  const content = '{% for m in messages %}{{ m.content }}{% endfor %}';

  it('is dropped unless it is asked for', async () => {
    assert.ok(!/Look\.|Say\.|reasoning/.test(await exported('drop', {})));
  });

  it('is kept in the field that the target’s template reads, or else at the head of the content', async () => {
    const reads = await target('{% for m in messages %}{{ m.reasoning_content }}{{ m.content }}{% endfor %}');
    const other = await target('{% for m in messages %}{{ m.thinking }}{% endfor %}');
    const plain = await target(content);
    const inField = await exported('field', { reasoning: 'keep', target: reads });
    assert.match(inField, /"content":"b","reasoning_content":"Say\."/);
    assert.equal(await exported('unknown', { reasoning: 'keep' }), inField);
    const inContent = await exported('content', { reasoning: 'keep', target: plain });
    assert.match(inContent, /"content":"<think>\\nSay\.\\n<\/think>\\n\\nb"/);
    assert.match(inContent, /"content":"<think>\\nLook\.\\n<\/think>\\n\\n","tool_calls"/);
    await assert.rejects(exported('other', { reasoning: 'keep', target: other }), {
      code: 'reasoning-not-carried',
      message: /a message's field thinking/,
    });
    for (const made of [reads, other, plain]) await rm(made, { recursive: true });
  });

  it('is refused by formats that have no place for it, and by the paper’s rule', async () => {
    await assert.rejects(exported('openai', { reasoning: 'keep', format: 'openai' }), {
      code: 'reasoning-not-carried',
    });
    await assert.rejects(exported('paper', { reasoning: 'keep', rule: 'paper' }), { code: 'bad-option' });
    const sharegpt = await exported('sharegpt', {
      reasoning: 'keep',
      format: 'llama-factory',
      filters: [],
      trees: [treeOf({ '': { says: [user('a'), thinking(say('b'), 'Say.')], golden: true } }, [''])],
    });
    assert.match(sharegpt, /"value":"<think>\\nSay\.\\n<\/think>\\n\\nb"/);
  });

  it('is read back, so that a trainer is given it', async () => {
    await exported('back', { reasoning: 'keep' });
    const [example] = (await readDataset(join(folder, 'back'))).sft;
    const said = example!.messages.at(-1)!;
    assert.ok(said.role === 'assistant' && said.reasoning === 'Say.');
  });

  it('compares like with like: where one of a pair has none, neither has', () => {
    const keep = { reasoning: 'keep' } as const;
    const both = datasetOf(harvestTree(fork(thinking(say('x'), '1'), thinking(say('y'), '2')), tools, keep));
    assert.deepEqual(
      [both.dpo[0]!.chosen, both.dpo[0]!.rejected],
      [[thinking(say('x'), '1')], [thinking(say('y'), '2')]],
    );
    const one = datasetOf(harvestTree(fork(thinking(say('x'), '1'), say('y')), tools, keep));
    assert.deepEqual([one.dpo[0]!.chosen, one.dpo[0]!.rejected], [[say('x')], [say('y')]]);
    assert.deepEqual(
      one.kto.map(({ completion }) => completion[0]),
      [say('x'), say('y')],
    );
  });

  it('tells prompts apart if it is kept, and is no difference in what a winner also said', () => {
    const tree = treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: [thinking(say('same'), '1'), user('u'), say('good')], golden: true },
        R: { says: [thinking(say('same'), '2'), user('u'), say('bad')], cause: 'superseded' },
      },
      ['L'],
    );
    const negatives = (options: object) =>
      datasetOf(harvestTree(tree, tools, options)).kto.filter(({ label }) => !label);
    assert.deepEqual(
      negatives({}).map(({ completion }) => completion[0]),
      [say('bad')],
    );
    assert.deepEqual(negatives({ reasoning: 'keep' }), []);
    const { dpo } = datasetOf(harvestTree(tree, tools, { reasoning: 'keep' }));
    assert.deepEqual(
      dpo.map(({ contradicted }) => contradicted),
      [true],
    );
  });

  it('is looked for by the check of a template', () => {
    const template = chatTemplate(content, { path: 'here' });
    const messages = [user('a'), thinking(say('b'), 'Say.')];
    const { findings } = checkExample({ kind: 'sft', messages, tools: [] }, template);
    assert.ok(
      findings.some(
        ({ problem, message }) =>
          problem === 'reasoning-lost' &&
          message === 'message 1 (assistant): its reasoning is not in the rendering',
      ),
    );
  });
});
