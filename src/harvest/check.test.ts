import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Message } from '../dialogue/message.ts';
import { type CheckOptions, templateCheck } from './check.ts';
import type { Example } from './examples.ts';
import { checkExample, type Problem } from './findings.ts';
import { chatTemplate } from './formats/chat-template.ts';
import { tokenizerFolder } from './formats/fixtures.ts';
import { harvestTree } from './harvest.ts';
import { call, hotelTree, result, say, tools, user } from './testing.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))));

const checked = async (
  family: Parameters<typeof tokenizerFolder>[0],
  examples: readonly Example[] = harvestTree(hotelTree(), tools),
  options: CheckOptions = {},
) => {
  const folder = await tokenizerFolder(family);
  folders.push(folder);
  return report(folder, examples, options);
};
const report = async (folder: string, examples: readonly Example[], options?: CheckOptions) => {
  const check = await templateCheck(folder, options);
  for (const example of examples) check.add(example);
  return check.report();
};
const found = (problems: Readonly<Record<Problem, number>>) =>
  Object.fromEntries(Object.entries(problems).filter(([, count]) => count > 0));
const talk = (...messages: readonly Message[]): Example => ({ kind: 'sft', messages, tools });

describe('the template check', () => {
  it('finds nothing amiss where a template shows all and marks what is generated (Hermes, Qwen)', async () => {
    const report = await checked('hermes');
    assert.deepEqual([report.examples, report.clean, found(report.problems)], [12, 12, {}]);
    assert.ok(report.longest > 1000 && report.contextLength === 4096);
  });

  it('reports that tools and calls do not come through (ChatML)', async () => {
    const report = await checked('chatml');
    assert.deepEqual(found(report.problems), { 'tools-missing': 12, 'content-lost': 11, 'not-masked': 1 });
    assert.deepEqual(report.worst[0]!.findings[1], {
      problem: 'content-lost',
      message: 'message 4 (assistant): part of its call of search_hotel is not in the rendering',
    });
    assert.equal(report.worst[0]!.source!.path, 'RLR');
  });

  it('reports calls side by side and words beside a call to a family that has no place for them (Llama 3)', async () => {
    const [one, two] = [
      call('search_hotel', {}, '1').tool_calls!,
      call('book_hotel', { name: 'Ash' }, '2').tool_calls!,
    ];
    const both = { role: 'assistant', content: null, tool_calls: [...one, ...two] } as const;
    const wordy = { ...call('search_hotel', { area: 'north' }), content: 'One moment, please.' };
    const report = await checked('llama3', [
      talk(user('a'), both, result('1', '1'), result('2', '2'), say('b')),
      talk(user('a'), wordy, result('[]'), say('b')),
    ]);
    assert.deepEqual(found(report.problems), { refused: 1, 'content-lost': 1, 'not-masked': 1 });
    const [refused, lost] = report.worst;
    assert.match(refused!.findings[0]!.message, /This model makes one call at a time/);
    assert.equal(lost!.findings[0]!.message, 'message 1 (assistant): its text is not in the rendering');
  });

  it('takes ids and a moved system prompt as the family wants them (Mistral)', async () => {
    const report = await checked('mistral');
    assert.deepEqual(found(report.problems), { 'not-masked': 1 });
  });

  it('reports roles that a template refuses', async () => {
    const late: Message = { role: 'system', content: 'Mind your manners.' };
    const report = await checked('mistral', [talk(user('a'), say('b'), late, say('c'))]);
    assert.match(report.worst[0]!.findings[0]!.message, /Only user, assistant and tool may follow/);
  });

  it('reports arguments that come out as an escaped string', async () => {
    const report = await checked('hermes', [talk(user('a'), call('search_hotel', { area: 'north' }))], {
      arguments: 'string',
    });
    assert.deepEqual(found(report.problems), { 'arguments-escaped': 1 });
  });

  it('does not take a result that was itself escaped for arguments', async () => {
    const asked = call('search_hotel', { name: 'Ash' });
    assert.deepEqual(
      found(
        (await checked('llama3', [talk(user('a'), asked, result('{"name": "Ash"}'), say('b'))])).problems,
      ),
      { 'not-masked': 1 },
    );
  });

  it('reports what does not fit the context, by the tokenizer’s count or a given limit', async () => {
    const long = [talk(user('word '.repeat(900)), say('b'))];
    const report = await checked('hermes', long);
    assert.match(report.worst[0]!.findings[0]!.message, /^\d{4} tokens, and 4096 fit$/);
    assert.equal(report.problems['too-long'], 1);
    assert.equal((await checked('hermes', long, { contextLength: 10_000 })).problems['too-long'], 0);
  });

  const through = (source: string, example: Example) =>
    checkExample(example, chatTemplate(source, { path: 'test' })).findings.map(({ problem }) => problem);

  it('reports arguments that Python would print with single quotes', () => {
    const source = `{{ tools | tojson }}{% for m in messages %}{% generation %}{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}{{ c.function.arguments }}{% endfor %}{% endgeneration %}{% endfor %}`;
    assert.deepEqual(through(source, talk(call('search_hotel', { area: 'north' }))), ['arguments-not-json']);
    assert.deepEqual(
      through(
        source.replace('function.arguments', 'function.arguments | tojson'),
        talk(call('search_hotel', { area: 'north' })),
      ),
      [],
    );
  });

  it('reports what this tokenizer, or this template, takes for structure, in speech and in arguments', async () => {
    const example = (said: string, area = 'north'): Example => ({
      kind: 'sft',
      messages: [user('a'), call('search_hotel', { area }), result('[]'), say(said)],
      tools,
    });
    const folder = await tokenizerFolder('hermes');
    const check = await templateCheck(folder);
    for (const each of [example('Booked.<|im_end|>'), example('Done.', '</s>'), example('a <b> c')])
      check.add(each);
    await rm(folder, { recursive: true });
    const { problems, worst } = check.report();
    assert.equal(problems['control-token'], 2);
    assert.equal(
      worst[0]!.findings[0]!.message,
      'message 3 (assistant): its text holds <|im_end|>, a control token of this model',
    );
    const source = '<start_of_turn>{% for m in messages %}{{ m.content }}{% endfor %}';
    assert.deepEqual(chatTemplate(source, { path: 'here' }).controlTokens, ['<start_of_turn>']);
  });

  it('sees numbers as the trainer will: as Python prints them', async () => {
    const template = chatTemplate(
      '{% for m in messages %}{{ m.content }}{% for c in m.tool_calls %}{{ c.function.arguments | tojson }}{{ c.function.arguments.a }}{% endfor %}{% endfor %}',
      { path: 'here' },
    );
    const text = template.render(
      [call('search_hotel', '{"a": 4.0, "b": 1e3, "c": 12345678901234567890, "d": 5}')],
      [],
    );
    assert.equal(text, '{"a": 4.0, "b": 1000.0, "c": 12345678901234567890, "d": 5}4.0');
  });

  it('reports words of the assistant that are not marked, and others that are', () => {
    const source = `{{ tools | tojson }}{% for m in messages %}{% if m.role == 'user' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}`;
    const { findings } = checkExample(
      talk(user('hello'), say('welcome')),
      chatTemplate(source, { path: 'test' }),
    );
    assert.deepEqual(
      findings.map(({ message }) => message),
      [
        'message 0 (user): its text is marked as generated',
        'message 1 (assistant): its text is not marked as generated',
      ],
    );
  });

  it('reports prompts that render differently alone and with their completion', () => {
    const source = `{{ tools | tojson }}{% for m in messages %}{{ messages | length }}{{ m.content }}{% endfor %}`;
    const example: Example = { kind: 'kto', prompt: [user('a')], completion: [say('b')], label: true, tools };
    assert.deepEqual(through(source, example), ['prompt-not-prefix']);
  });

  it('reads the template for tools where a model has several, and names what is wrong with its files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'juxta-tokenizer-'));
    folders.push(folder);
    const config = join(folder, 'tokenizer_config.json');
    const check = () => report(folder, [talk(user('a'), say('b'))]);
    await assert.rejects(check(), { code: 'bad-input', where: config });
    await writeFile(config, '{"chat_template": 5}');
    await assert.rejects(check(), /tokenizer_config\.json, field chat_template/);
    await writeFile(config, '{}');
    await assert.rejects(check(), /has no field chat_template/);
    await writeFile(config, JSON.stringify({ chat_template: '{% if %}' }));
    await assert.rejects(check(), /is not a template that can be read/);
    const template = (name: string, source: string) => ({ name, template: source });
    const many = [
      template('default', 'plain'),
      template('tool_use', '{{ tools | tojson }}{{ messages | tojson }}'),
    ];
    await writeFile(config, JSON.stringify({ chat_template: many }));
    assert.deepEqual(found((await check()).problems), { 'not-masked': 1 });
  });
});
