import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BadInputError } from '../../base/errors.ts';
import { type GenerateRequest, ModelError } from '../../models/model.ts';
import { type FakeModel, fakeModel, said } from '../../models/testing/fake-model.ts';
import { readBenchmark } from './files.ts';
import { compareMtBench, type MtBenchOptions, mtBench } from './mt-bench.ts';
import { answerRows, judgmentRows, pairRows } from './official.ts';
import { scoreIn, verdictIn } from './verdict.ts';

const folder = await mkdtemp(join(tmpdir(), 'juxta-mt-bench-'));
after(() => rm(folder, { recursive: true }));
let files = 0;
const jsonl = async (rows: readonly object[]): Promise<string> => {
  const file = join(folder, `${++files}.jsonl`);
  await writeFile(file, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  return file;
};

const questionRows = [
  { question_id: 1, category: 'writing', turns: ['Write a poem.', 'Shorter.'] },
  { question_id: 2, category: 'math', turns: ['What is 2 + 2?', 'And {answer}?'] },
  { question_id: 3, category: 'writing', turns: ['Write a letter.', 'Longer.'] },
];
const prompt = (name: string, template: string) => ({
  name,
  type: 'single',
  system_prompt: `system of ${name}`,
  prompt_template: template,
});
const promptRows = [
  prompt('pair-v2', 'Q {question} one {answer_a} two {answer_b}'),
  prompt('pair-math-v1', 'Q {question} R {ref_answer_1} one {answer_a} two {answer_b}'),
  prompt(
    'pair-v2-multi-turn',
    'Q {question_1} {question_2} one {answer_a_1} {answer_a_2} two {answer_b_1} {answer_b_2}',
  ),
  prompt(
    'pair-math-v1-multi-turn',
    'R {ref_answer_1} {ref_answer_2} Q {question_1} {question_2} one {answer_a_1} {answer_a_2} two {answer_b_1} {answer_b_2}',
  ),
  prompt('single-v1', 'Q {question} A {answer}'),
  prompt('single-math-v1', 'Q {question} R {ref_answer_1} A {answer}'),
  prompt('single-v1-multi-turn', 'Q {question_1} A {answer_1} Q {question_2} A {answer_2}'),
  prompt(
    'single-math-v1-multi-turn',
    'R {ref_answer_1} R {ref_answer_2} Q {question_1} A {answer_1} Q {question_2} A {answer_2}',
  ),
];
const referenceRows = [{ question_id: 2, choices: [{ index: 0, turns: ['4', 'it is 4'] }] }];
const benchmarkFiles = {
  questions: await jsonl(questionRows),
  judgePrompts: await jsonl(promptRows),
  referenceAnswers: await jsonl(referenceRows),
};

const textOf = ({ messages }: GenerateRequest): string => String(messages.at(-1)!.content);
/** Answers with the number of turns so far and what was asked. */
const subject = (): FakeModel =>
  fakeModel(asked => said(`a${asked.messages.length}: ${textOf(asked)}`), { id: 'fake:subject' });
const judgeOf = (reply: (asked: string, system: string) => string): FakeModel =>
  fakeModel(asked => said(reply(textOf(asked), String(asked.messages[0]!.content))), { id: 'fake:judge' });
const run = (changes: Partial<MtBenchOptions> = {}) =>
  mtBench({
    ...benchmarkFiles,
    model: subject(),
    judge: judgeOf(() => 'Rating: [[7]]'),
    seed: 1,
    ...changes,
  });

describe('MT-Bench', () => {
  it('asks two turns, the second after the first’s answer, at the category’s temperature', async () => {
    const model = subject();
    const { answers } = await run({ model });
    assert.deepEqual(answers[0]!.turns, ['a1: Write a poem.', 'a3: Shorter.']);
    const [writing] = model.requests.filter(asked => textOf(asked) === 'Shorter.');
    assert.deepEqual(
      writing!.messages.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    );
    const temperatureOf = (text: string) => model.requests.find(asked => textOf(asked) === text)!.temperature;
    assert.deepEqual([temperatureOf('Shorter.'), temperatureOf('What is 2 + 2?')], [0.7, 0]);
  });

  it('judges each turn with its own prompt, and math with the reference', async () => {
    const judge = judgeOf(() => 'Rating: [[7]]');
    const { judgments } = await run({ judge });
    const asked = judgments.map(each => [each.prompt, each.request]);
    assert.deepEqual(asked.slice(0, 4), [
      ['single-v1', 'Q Write a poem. A a1: Write a poem.'],
      ['single-v1-multi-turn', 'Q Write a poem. A a1: Write a poem. Q Shorter. A a3: Shorter.'],
      ['single-math-v1', 'Q What is 2 + 2? R 4 A a1: What is 2 + 2?'],
      [
        'single-math-v1-multi-turn',
        'R 4 R it is 4 Q What is 2 + 2? A a1: What is 2 + 2? Q And {answer}? A a3: And {answer}?',
      ],
    ]);
    for (const { messages, temperature } of judge.requests) {
      assert.equal(temperature, 0);
      assert.match(String(messages[0]!.content), /^system of single-/);
    }
  });

  it('gives means per category and turn, with intervals', async () => {
    const scores: Record<string, number> = { 'Write a poem.': 4, 'Write a letter.': 8, 'What is 2 + 2?': 10 };
    const judge = judgeOf(asked => {
      const [, score] = Object.entries(scores).find(([text]) => asked.includes(text))!;
      return `Rating: [[${asked.includes('a3:') ? score - 2 : score}]]`;
    });
    const { summary } = await run({ judge });
    assert.equal(summary.overall.value, (4 + 2 + 8 + 6 + 10 + 8) / 6);
    assert.deepEqual(
      summary.byTurn.map(({ value, n }) => [value, n]),
      [
        [22 / 3, 3],
        [16 / 3, 3],
      ],
    );
    const [math, writing] = summary.byCategory;
    assert.deepEqual([math!.category, math!.value, math!.low, math!.high], ['math', 9, 9, 9]);
    assert.deepEqual([writing!.value, writing!.low, writing!.high], [5, 3, 7]);
    assert.deepEqual(
      writing!.turns.map(({ value }) => value),
      [6, 4],
    );
  });

  it('read strictly, asks the judge again for a missing score, then counts the turn apart', async () => {
    let asked = 0;
    const judge = judgeOf(request => {
      if (request.includes('Write a letter.')) return 'I cannot rate this.';
      return request.includes('poem') && ++asked <= 2 ? 'Good: [7]' : '[[5]]';
    });
    const { judgments, summary } = await run({ judge, concurrency: 1, parse: 'strict' });
    assert.equal(summary.unscored, 2);
    assert.deepEqual([summary.overall.value, summary.overall.n], [5, 4]);
    const letter = judgments.filter(({ question }) => question === 3);
    assert.deepEqual(
      letter.map(({ score, tries, reply }) => [score, tries, reply]),
      [
        [null, 3, 'I cannot rate this.'],
        [null, 3, 'I cannot rate this.'],
      ],
    );
    assert.ok(judge.requests.some(({ temperature }) => temperature > 0));
    assert.equal(new Set(judge.requests.map(({ seed }) => seed)).size, judge.requests.length);
  });

  it('read strictly, takes the first rating in double brackets from 1 to 10', () => {
    assert.equal(scoreIn('Rating: [[8]], not [[3]]', 'strict'), 8);
    assert.equal(scoreIn('[[7.5]]', 'strict'), 7.5);
    for (const reply of ['[8]', '[[0]]', '[[11]]', '[[good]]', '8/10', ''])
      assert.equal(scoreIn(reply, 'strict'), null);
  });

  it('reads scores as FastChat does: in double brackets, else in single ones, whatever their size', () => {
    const scores: readonly (readonly [string, number | null])[] = [
      ['Rating: [[8]], not [[3]]', 8],
      ['[1] was wrong. Rating: [[8]]', 8],
      ['Rating: [8]', 8],
      ['Rating: [[7]', 7],
      ['[[0]]', 0],
      ['[[11]]', 11],
      ['[[7.]]', 7],
      ['[[7.5]]', 7.5],
      ['[[08]]', null],
      ['[[good]]', null],
      ['[[-3]]', null],
      ['[[ 8 ]]', null],
      ['8/10', null],
      ['', null],
    ];
    for (const [reply, score] of scores) assert.equal(scoreIn(reply, 'official'), score, reply);
  });

  it('asks once for a score that is read as in the original', async () => {
    const judge = judgeOf(asked => (asked.includes('poem') ? 'none' : 'Rating: [9]'));
    const { judgments, summary } = await run({ judge });
    assert.deepEqual([summary.unscored, summary.overall.value, judge.requests.length], [2, 9, 6]);
    assert.deepEqual([...new Set(judgments.map(({ tries }) => tries))], [1]);
  });

  it('counts what the model could not answer, and fails where the endpoint does', async () => {
    const failing = (fault: 'agent' | 'infrastructure') =>
      fakeModel(asked => {
        if (textOf(asked) === 'Shorter.') throw new ModelError(fault, 'too long');
        return said('fine');
      });
    const { unanswered, judgments, answers } = await run({ model: failing('agent') });
    assert.deepEqual([unanswered, judgments.length, answers[0]!.error], [1, 5, 'too long']);
    await assert.rejects(run({ model: failing('infrastructure') }), ModelError);
  });

  it('gives the same at any concurrency, and tells of its progress', async () => {
    const progress: number[] = [];
    const one = await run({ concurrency: 1, onProgress: ({ done, mean }) => progress.push(done, mean) });
    assert.deepEqual(progress, [1, 7, 2, 7, 3, 7]);
    assert.deepEqual(await run({ concurrency: 5 }), one);
    assert.equal((await run({ categories: ['math'] })).judgments.length, 2);
    assert.equal(one.usage.judge.inputTokens, 60);
  });

  it('compares before with after over what both have a score for', async () => {
    const before = await run({ judge: judgeOf(() => '[[6]]') });
    const after = await run({
      judge: judgeOf(asked =>
        asked.includes('letter') ? 'no score' : asked.includes('2 + 2') ? '[[5]]' : '[[9]]',
      ),
    });
    const { overall, byTurn, byCategory, unmatched } = compareMtBench(before, after, { seed: 1 });
    assert.deepEqual([overall.before.value, overall.after.value, overall.difference.value], [6, 7, 1]);
    assert.deepEqual([overall.difference.low, overall.difference.high, unmatched], [-1, 3, 2]);
    assert.deepEqual(
      byCategory.map(({ category, difference }) => [category, difference.value]),
      [
        ['math', -1],
        ['writing', 3],
      ],
    );
    assert.equal(byTurn[1]!.pairs, 2);
  });

  it('takes the first winner in brackets', () => {
    const said = ['[[A]]', 'no: [[B]]', '[[C]]', '[[B]] or [[A]]', '[A]', '[[a]]'].map(verdictIn);
    assert.deepEqual(said, ['A', 'B', 'tie', 'A', 'error', 'error']);
  });

  describe('in pairs', () => {
    const models = { id: 'fake:after', reply: (asked: string) => `new ${asked}` };
    const after = () => fakeModel(asked => said(models.reply(textOf(asked))), { id: models.id });
    /** The new poem wins in either order, math is lost in either, and letters go to whoever stands first. */
    const verdict = (asked: string): string => {
      if (!asked.includes(' one ')) return 'Rating: [[7]]';
      const newFirst = asked.indexOf('new ') < asked.indexOf(' two ');
      if (asked.includes('letter')) return '[[A]]';
      return asked.includes('poem') === newFirst ? '[[A]]' : '[[B]]';
    };
    const compared = async (judge = judgeOf(verdict)) => {
      const against = await run();
      return { judge, result: await run({ judge, model: after(), against }) };
    };

    it('both orders are asked, and only a winner of both has won', async () => {
      const { judge, result } = await compared();
      const { overall, byTurn, byCategory, judgments, baseline, unread } = result.pairwise!;
      assert.deepEqual([overall.wins, overall.losses, overall.ties, unread], [2, 2, 2, 0]);
      assert.deepEqual([overall.winRate.value, baseline], [0.5, 'fake:subject']);
      assert.deepEqual(
        byTurn.map(({ wins, losses, ties }) => [wins, losses, ties]),
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
      );
      assert.deepEqual(
        byCategory.map(({ category, winRate }) => [category, winRate.value]),
        [
          ['math', 0],
          ['writing', 0.75],
        ],
      );
      const requests = judge.requests.map(textOf).filter(asked => asked.includes(' one '));
      assert.equal(requests.length, 12);
      assert.deepEqual(
        judgments[0]!.games.map(({ request }) => request),
        [
          'Q Write a poem. one new Write a poem. two a1: Write a poem.',
          'Q Write a poem. one a1: Write a poem. two new Write a poem.',
        ],
      );
      assert.equal(judgments[2]!.prompt, 'pair-math-v1');
      assert.match(judgments[3]!.games[0].request, /^R 4 it is 4 Q .* one new .* two a1/);
    });

    it('tells how far the orders agree with each other, and comparisons with grades', async () => {
      const scores = await run({ judge: judgeOf(asked => (asked.includes('poem') ? '[[3]]' : '[[7]]')) });
      const judge = judgeOf(asked =>
        asked.includes(' one ') ? verdict(asked) : asked.includes('poem') ? '[[9]]' : '[[7]]',
      );
      const { pairwise } = await run({ judge, model: after(), against: scores });
      const row = (between: string, ties: boolean) =>
        pairwise!.agreement
          .filter(each => each.between === between && each.ties === ties)
          .map(({ turn, agree, total }) => [turn, agree, total]);
      assert.deepEqual(row('orders', true), [
        [1, 2, 3],
        [2, 2, 3],
      ]);
      // The poem is won both ways; math is lost in pairs and a tie in grades; the letter is a tie in both.
      assert.deepEqual(row('grades', true), [
        [1, 2, 3],
        [2, 2, 3],
      ]);
      assert.deepEqual(row('grades', false), [
        [1, 1, 1],
        [2, 1, 1],
      ]);
    });

    it('what the judge does not decide is a tie, and what only one side answered is not compared', async () => {
      const undecided = await compared(judgeOf(() => 'Both are fine. [[7]]'));
      const { overall, unread, agreement } = undecided.result.pairwise!;
      assert.deepEqual([overall.ties, unread], [6, 12]);
      assert.deepEqual(
        [...new Set(agreement.filter(each => each.between === 'orders').map(each => each.total))],
        [0],
      );
      const silent = await run({
        model: fakeModel(asked => {
          if (textOf(asked) === 'Shorter.') throw new ModelError('agent', 'too long');
          return said('fine');
        }),
      });
      const { pairwise } = await run({ judge: judgeOf(verdict), model: after(), against: silent });
      assert.equal(pairwise!.judgments.length, 5);
    });

    it('are written as in the original’s pairwise file', async () => {
      const { result } = await compared();
      const rows = pairRows(result, 5);
      assert.deepEqual(
        [0, 2, 4].map(i => [rows[i]!.g1_winner, rows[i]!.g2_winner]),
        [
          ['model_1', 'model_1'],
          ['model_2', 'model_2'],
          ['model_1', 'model_2'],
        ],
      );
      assert.deepEqual([rows[0]!.model_1, rows[0]!.model_2], ['fake:after', 'fake:subject']);
      assert.deepEqual(pairRows(await run(), 5), []);
    });
  });

  it('can be written as the original’s answer and judgment files', async () => {
    const result = await run({ judge: judgeOf(asked => (asked.includes('poem') ? '?' : '[[6]]')) });
    const [answered] = answerRows(result, 5);
    assert.deepEqual(answered!.choices, [{ index: 0, turns: ['a1: Write a poem.', 'a3: Shorter.'] }]);
    const rows = judgmentRows(result, 5);
    assert.deepEqual(rows[0]!.judge, ['fake:judge', 'single-v1']);
    assert.deepEqual([rows[0]!.score, rows[2]!.score, rows[3]!.turn], [-1, 6, 2]);
  });
});

describe('broken files of MT-Bench', () => {
  const refused = async (changes: Partial<MtBenchOptions>, where: RegExp, problem: RegExp) => {
    await assert.rejects(run(changes), (thrown: unknown) => {
      assert.ok(thrown instanceof BadInputError);
      assert.match(thrown.where, where);
      assert.match(thrown.message, problem);
      return true;
    });
  };
  it('are named with line and field', async () => {
    const [first, second] = questionRows;
    await refused(
      { questions: await jsonl([first!, { ...second, turns: ['one'] }]) },
      /:2, field turns/,
      /array/i,
    );
    await refused({ questions: await jsonl([first!, first!]) }, /:2, field question_id$/, /1 is there twice/);
    await refused({ questions: await jsonl([]) }, /jsonl$/, /no question/);
    const broken = await jsonl([]);
    await writeFile(broken, '{"question_id": 1\n');
    await refused({ questions: broken }, /:1$/, /not valid JSON/);
    await refused({ questions: join(folder, 'none') }, /none$/, /cannot be read/);
  });
  it('are refused if a prompt, a placeholder or a reference is missing', async () => {
    await refused(
      { judgePrompts: await jsonl(promptRows.slice(0, -1)) },
      /jsonl$/,
      /single-math-v1-multi-turn/,
    );
    const without = promptRows.with(4, prompt('single-v1', 'Q {question}'));
    await refused({ judgePrompts: await jsonl(without) }, /:5, field prompt_template$/, /lacks \{answer\}/);
    await refused({ referenceAnswers: await jsonl([]) }, /jsonl$/, /question 2 \(math\)/);
    const { referenceAnswers: _, ...files } = benchmarkFiles;
    await assert.rejects(readBenchmark(files), BadInputError);
    const short = await jsonl([{ question_id: 2, choices: [{ turns: ['4'] }] }]);
    await refused({ referenceAnswers: short }, /:1, field choices\[0\]\.turns/, /./);
  });
});

describe('the published files of MT-Bench', () => {
  const data = join(process.env.JUXTA_SHARED ?? '../shared', 'data/mt-bench');
  const skip = !existsSync(data) && `${data} is not there`;
  it('are read: 80 questions, 30 with references, each turn judged', { skip }, async () => {
    const published = {
      questions: join(data, 'question.jsonl'),
      judgePrompts: join(data, 'judge_prompts.jsonl'),
      referenceAnswers: join(data, 'reference_answer/gpt-4.jsonl'),
    };
    const { questions } = await readBenchmark(published);
    assert.deepEqual([questions.length, questions.filter(each => each.reference).length], [80, 30]);
    const { summary, judgments } = await run(published);
    assert.deepEqual([summary.overall.value, summary.overall.n, summary.byCategory.length], [7, 160, 8]);
    for (const { request } of judgments)
      assert.doesNotMatch(request, /\{(question|answer|ref_answer)(_\d)?\}/);
  });
});
