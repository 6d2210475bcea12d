import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../dialogue/message.ts';
import type { GenerateRequest, Model } from '../models/model.ts';
import { judgeCriteria } from './judge-criteria.ts';

/** A model that gives set answers, and notes what it was asked. */
const answering = (...answers: readonly (string | null)[]): { model: Model; asked: GenerateRequest[] } => {
  const asked: GenerateRequest[] = [];
  const model: Model = {
    id: 'test',
    generate: async request => {
      asked.push(request);
      const text = answers[asked.length - 1] ?? null;
      return [{ text, toolCalls: [], usage: { inputTokens: 1, outputTokens: 2 }, finishReason: 'stop' }];
    },
  };
  return { model, asked };
};

test('a judge says of each criterion whether it holds', async () => {
  const visible: readonly Message[] = [
    { role: 'user', content: 'How many?' },
    { role: 'assistant', content: 'Ten.' },
  ];
  const { model, asked } = answering('Here: [true, False]');
  const verdict = await judgeCriteria(model, visible, ['Says ten.', 'Is rude.'], { seed: 1 });
  assert.deepEqual(verdict.met, [true, false]);
  assert.match(
    asked[0]!.messages[1]!.content!,
    /Customer: How many\?\nAgent: Ten\.\n\nStatements:\n1\. Says ten\.\n2\. Is rude\.$/,
  );
  for (const answer of ['yes', '[true]', '[true, 1]', null]) {
    await assert.rejects(judgeCriteria(answering(answer).model, visible, ['a', 'b'], { seed: 1 }), {
      code: 'unreadable-verdict',
    });
  }
});
