import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage, type Turn } from '../../dialogue/turn.ts';
import { type GenerateRequest, ModelError } from '../../models/model.ts';
import { fakeModel, said } from '../../models/testing/fake-model.ts';
import { countDiagnoses, diagnose, diagnosisFile } from './diagnose.ts';
import { authors, diagnosisPrompt, type FailedConversation, pickedIn } from './prompts.ts';

const turn = (speaker: Turn['speaker'], content: string, calls: Turn['calls'] = []): Turn => ({
  speaker,
  visible: [{ role: speaker === 'agent' ? 'assistant' : 'user', content }],
  internal: [],
  calls,
  usage: noUsage,
});
const conversation: FailedConversation = {
  task: 'retail/test/3',
  seed: 5,
  instructions: ['You are Ann.', 'You want W1 cancelled.'],
  expected: [{ tool: 'cancel', arguments: { order: 'W1' } }],
  outputs: [],
  turns: [
    turn('user', 'Cancel W1, please.'),
    turn('agent', 'Done.', [{ name: 'cancel', arguments: { order: 'W2' }, output: 'ok', returned: 'ok' }]),
  ],
};
const textOf = ({ messages }: GenerateRequest): string => String(messages.at(-1)!.content);
const asksWho = (asked: GenerateRequest): boolean => textOf(asked).includes('Who is at fault?');
const judgeOf = (who: string, what = 'Answer: B\nReason: Another order.') =>
  fakeModel(asked => said(asksWho(asked) ? who : what));

test('the judge reads the instruction, the way to the goal and the whole conversation', () => {
  const prompt = diagnosisPrompt(conversation, authors);
  assert.match(prompt, /You are Ann\.\nYou want W1 cancelled\./);
  assert.match(prompt, /cancel \{"order":"W1"\}/);
  assert.match(
    prompt,
    /User: Cancel W1, please\.\nAgent calls cancel \{"order":"W2"\}\n {2}→ ok\nAgent: Done\./,
  );
  assert.match(prompt, /A\. the user\nB\. the agent\nC\. the environment/);
  const saying = diagnosisPrompt({ ...conversation, outputs: ['12.5'] }, authors);
  assert.match(saying, /had to tell the user ---\n12\.5/);
  assert.doesNotMatch(saying, /"W1"/);
});

test('an agent at fault is asked about once more, users and environments are not', async () => {
  const judge = judgeOf('Answer: B\nReason: It cancelled another order.');
  const found = await diagnose(judge, conversation, { seed: 1 });
  assert.deepEqual(
    [found.author, found.reason, found.kind, found.kindReason],
    ['agent', 'It cancelled another order.', 'used_wrong_tool_argument', 'Another order.'],
  );
  assert.equal(judge.requests.length, 2);
  const user = judgeOf('**Answer:** A\n**Reason:** It asked for more.');
  const other = await diagnose(user, conversation, { seed: 1 });
  assert.deepEqual(
    [other.author, other.reason, other.kind, user.requests.length],
    ['user', 'It asked for more.', undefined, 1],
  );
});

test('a reply without an answer is asked for again, three times at most, and then undecided', async () => {
  const judge = judgeOf('I cannot say.');
  const found = await diagnose(judge, conversation, { seed: 1 });
  assert.deepEqual([found.author, found.reason], [null, 'I cannot say.']);
  assert.deepEqual(
    judge.requests.map(({ temperature }) => temperature),
    [0, 0.5, 0.5],
  );
  const fails = (fault: 'agent' | 'infrastructure') =>
    fakeModel(() => {
      throw new ModelError(fault, 'too long');
    });
  assert.equal((await diagnose(fails('agent'), conversation, { seed: 1 })).reason, 'too long');
  await assert.rejects(diagnose(fails('infrastructure'), conversation, { seed: 1 }), ModelError);
});

test('only letters that were offered count', () => {
  assert.equal(pickedIn('Answer: C', authors)?.picked, 'environment');
  assert.equal(pickedIn('answer - (a)', authors)?.picked, 'user');
  for (const reply of ['Answer: D', 'Answer: agent', 'B', ''])
    assert.equal(pickedIn(reply, authors), undefined);
});

test('diagnoses are counted, and written in the layout of the original', async () => {
  const diagnoses = await Promise.all(
    [
      judgeOf('Answer: B\nReason: x'),
      judgeOf('Answer: B\nReason: x', 'Answer: D\nReason: y'),
      judgeOf('Answer: B\nReason: x', '?'),
      judgeOf('Answer: C\nReason: z'),
      judgeOf('?'),
    ].map(judge => diagnose(judge, conversation, { seed: 1 })),
  );
  const { authors: who, kinds } = countDiagnoses(diagnoses);
  assert.deepEqual(who, { user: 0, agent: 3, environment: 1, undecided: 1 });
  assert.deepEqual(kinds, {
    called_wrong_tool: 0,
    used_wrong_tool_argument: 1,
    goal_partially_completed: 0,
    other: 1,
    undecided: 1,
  });
  const { fault_assignment_analysis, fault_type_analysis } = diagnosisFile(diagnoses) as {
    fault_assignment_analysis: object[];
    fault_type_analysis: object[];
  };
  assert.equal(fault_assignment_analysis.length, 4);
  assert.deepEqual(fault_type_analysis.at(-1), {
    task_id: 'retail/test/3',
    fault_type: 'other',
    description: 'y',
  });
});
