/** `juxta evaluate --benchmark mt-bench`, before and after, with a scripted server as the model and the judge. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ScriptedServer, startScriptedServer } from '../../models/testing/scripted-server.ts';
import { juxta, objectOf, temporaryFolder, wordsOf } from '../testing.ts';

const folder = temporaryFolder({ after });
const jsonl = (name: string, rows: readonly object[]): void =>
  writeFileSync(join(folder, name), rows.map(row => `${JSON.stringify(row)}\n`).join(''));

let server: ScriptedServer;
before(async () => {
  mkdirSync(join(folder, 'bench/reference_answer'), { recursive: true });
  jsonl('bench/question.jsonl', [
    { question_id: 1, category: 'writing', turns: ['Write a poem.', 'Shorter.'] },
    { question_id: 2, category: 'math', turns: ['What is 2 + 2?', 'And 3 + 3?'] },
    { question_id: 3, category: 'writing', turns: ['Write a letter.', 'Longer.'] },
  ]);
  const prompt = (name: string, prompt_template: string) => ({
    name,
    type: 'single',
    system_prompt: 'You are a judge.',
    prompt_template,
  });
  const [one, two] = ['{question} {answer}', '{question_1} {answer_1} {question_2} {answer_2}'];
  const pairs = [
    'PAIR {question} {answer_a} {answer_b}',
    'PAIR {question_1} {question_2} {answer_a_1} {answer_a_2} {answer_b_1} {answer_b_2}',
  ] as const;
  jsonl('bench/judge_prompts.jsonl', [
    prompt('single-v1', one),
    prompt('single-v1-multi-turn', two),
    prompt('single-math-v1', `${one} {ref_answer_1}`),
    prompt('single-math-v1-multi-turn', `${two} {ref_answer_1} {ref_answer_2}`),
    prompt('pair-v2', pairs[0]),
    prompt('pair-v2-multi-turn', pairs[1]),
    prompt('pair-math-v1', `${pairs[0]} {ref_answer_1}`),
    prompt('pair-math-v1-multi-turn', `${pairs[1]} {ref_answer_1} {ref_answer_2}`),
  ]);
  jsonl('bench/reference_answer/gpt-4.jsonl', [{ question_id: 2, choices: [{ turns: ['4', '6'] }] }]);
  server = await startScriptedServer({
    policy: ({ model, messages }) => {
      if (model !== 'judge') return { text: `${model} says so` };
      const asked = messages.at(-1)?.content ?? '';
      if (asked.startsWith('PAIR'))
        return { text: asked.indexOf('good says') < asked.indexOf('poor says') ? '[[A]]' : '[[B]]' };
      return { text: `Rating: [[${asked.includes('good says') ? 8 : asked.includes('poem') ? 3 : 5}]]` };
    },
  });
});
after(() => server.close());

const measure = (model: string, ...more: readonly string[]) => {
  const named = (name: string): string => `${server.baseUrl}#${name}`;
  const given = ['--questions', 'bench', '--judge', named('judge'), '--model', named(model)];
  return juxta(folder, 'evaluate', '--benchmark', 'mt-bench', ...given, '--json', ...more);
};

test('a model is asked and graded, and a later one set beside it with intervals', async () => {
  const first = await measure('poor');
  assert.equal(first.code, 0, first.stderr);
  assert.match(wordsOf(first), /^mt-bench {6}4\.33 \[.*\] {3}n 6$/m);
  assert.match(wordsOf(first), /^ {2}writing {5}4\.00 \[.*\] {3}n 4$/m);
  assert.match(first.stderr, /^mt-bench: 3\/3 questions.* score 4\.33/m);
  const rows = (name: string): Record<string, unknown>[] =>
    readFileSync(join(folder, '.juxta/runs/evaluate-1', name), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
  assert.equal(rows('model_answer.jsonl').length, 3);
  assert.equal(rows('model_judgment.jsonl').length, 6);

  const second = await measure('good', '--baseline', 'evaluate-1');
  assert.match(wordsOf(second), /^against evaluate-1: 4\.33 → 8\.00, difference 3\.67 \[.*\], p [<=]/m);
  const { comparison, summary } = objectOf(second) as {
    comparison: { overall: { difference: { value: number } } };
    summary: { overall: { value: number } };
  };
  assert.equal(summary.overall.value, 8);
  assert.ok(Math.abs(comparison.overall.difference.value - 11 / 3) < 1e-9);
  const { stdout } = await juxta(folder, 'runs');
  assert.match(stdout, /^evaluate-2 .*mt-bench score 8\.00$/m);
});

test('answers are compared with those of the baseline in both orders, and the table says how far judges agree', async () => {
  const third = await measure('good', '--baseline', 'evaluate-1', '--mode', 'pairwise');
  assert.equal(third.code, 0, third.stderr);
  assert.match(
    wordsOf(third),
    /^pairwise against evaluate-1: 6 won, 0 lost, 0 tied; win rate 100\.0 % \[.*\]$/m,
  );
  assert.match(
    wordsOf(third),
    /^ {2}agreement between the two orders, turn 1, with ties: 3 of 3 \(100\.0 %\)$/m,
  );
  assert.match(
    wordsOf(third),
    /^ {2}agreement with the grades of each answer alone, turn 2, without ties: 3 of 3 /m,
  );
  const { pairwise } = objectOf(third) as { pairwise: { overall: { wins: number } } };
  assert.equal(pairwise.overall.wins, 6);
  const file = join(folder, '.juxta/runs/evaluate-3/model_judgment_pair.jsonl');
  const [row] = readFileSync(file, 'utf8').split('\n');
  assert.deepEqual([JSON.parse(row!).g1_winner, JSON.parse(row!).g2_winner], ['model_1', 'model_1']);
});

test('only the categories that are asked for; a finished run says the same again without asking', async () => {
  const math = await measure('poor', '--categories', 'math');
  assert.match(wordsOf(math), /^mt-bench {6}5\.00 .*n 2$/m);
  const asked = server.stats().requests;
  const again = await juxta(folder, 'evaluate', '--resume', 'evaluate-4', '--json');
  assert.deepEqual(objectOf(again), objectOf(math));
  assert.equal(server.stats().requests, asked);
});

test('what is missing is told before anything is asked', async () => {
  const asked = server.stats().requests;
  const refused = async (code: string, ...args: readonly string[]): Promise<void> => {
    const ended = await juxta(folder, 'evaluate', '--benchmark', 'mt-bench', ...args, '--json');
    assert.equal((objectOf(ended).error as { code: string }).code, code, ended.stderr);
  };
  const judge = ['--judge', `${server.baseUrl}#judge`];
  await refused('no-judge', '--questions', 'bench');
  await refused('no-data', ...judge);
  await refused('bad-option', ...judge, '--questions', 'bench', '--categories', 'cooking');
  await refused('bad-option', ...judge, '--questions', 'bench', '--mode', 'pairwise');
  await refused('no-baseline', ...judge, '--questions', 'bench', '--baseline', 'evaluate-99');
  assert.equal(server.stats().requests, asked);
});

test('an endpoint that is not there is told of, and how to go on', async () => {
  const nobody = ['--model', 'http://127.0.0.1:9/v1#x', '--judge', 'http://127.0.0.1:9/v1#y'];
  const files = ['--benchmark', 'mt-bench', '--questions', 'bench', '--retry-wait', '0.001'];
  const { code, stderr } = await juxta(folder, 'evaluate', ...files, ...nobody);
  assert.equal(code, 1);
  assert.match(stderr, /^error: .*; everything finished is kept$/m);
  assert.match(stderr, /then go on with: juxta evaluate --resume evaluate-\d$/m);
});
