/** Whole conversations of the reference with scripted replies (`golden_runs_val.jsonl.gz`), message by message. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Message } from '../../dialogue/message.ts';
import { openToolwoz } from '../../environments/toolwoz/environment.ts';
import type { Model } from '../../models/model.ts';
import { wholeTurns } from '../function-calling.ts';
import { react } from './react.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const file = join(shared, 'toolwoz', 'golden_runs_val.jsonl.gz');
const data = join(shared, 'multiwoz-2.1', 'MultiWOZ_2.1_val_test.zip');
const skip = existsSync(file) && existsSync(data) ? false : `${file} or ${data} is not there`;

interface Reply {
  readonly content?: string | null;
}
interface Run {
  readonly id: string;
  readonly mode: 'normal' | 'josh';
  readonly strategy: 'react' | 'function_calling';
  readonly task: string;
  readonly llm: Readonly<Record<'agent' | 'user', { readonly '': readonly Reply[] }>>;
  readonly asked: readonly (readonly ['agent' | 'user', string, number])[];
  readonly result: {
    readonly raises?: string;
    readonly messages: readonly number[];
    readonly internal_messages: readonly number[];
    readonly pool: readonly Message[];
  };
}

/** A model that gives the recorded replies in order, and notes how many messages each request had. */
const replaying = (replies: readonly Reply[], asked: number[]): Model => ({
  id: 'replay',
  generate: async ({ messages }) => {
    const reply = replies[asked.length];
    asked.push(messages.length);
    assert.ok(reply, 'more requests than were recorded');
    const usage = { inputTokens: 1, outputTokens: 1 };
    return [{ text: reply.content ?? null, toolCalls: [], usage, finishReason: 'stop' }];
  },
});

test('ReAct conversations go as in the reference, message by message', { skip }, async () => {
  const environment = await openToolwoz({ data });
  const tasks = new Map(environment.tasks('val').map(task => [task.id, task]));
  const runs = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Run);
  const agent = react({ ...wholeTurns, protocol: 'reference' });
  let compared = 0;
  for (const run of runs) {
    if (run.mode !== 'normal' || run.strategy !== 'react') continue;
    compared++;
    const task = tasks.get(run.task)!;
    const asked: number[] = [];
    const model = replaying(run.llm.agent[''], asked);
    const visible: Message[] = [];
    const internal: Message[] = [];
    let state = environment.start(task);
    let gaveUp = false;
    for (let turn = 0; visible.length < 15 && !gaveUp; turn++) {
      const said = run.llm.user[''][turn]!.content!;
      visible.push({ role: 'user', content: said });
      internal.push({ role: 'user', content: said });
      if (said.includes('END_CONVERSATION')) break;
      const step = await agent.step(model, {
        systemPrompt: environment.systemPrompt,
        internal: [...internal],
        tools: environment.tools,
        temperature: 1,
        maxTokens: 256,
        seed: turn,
        memory: null,
        execute: call => {
          const outcome = environment.call(task, state, call);
          state = outcome.state;
          return outcome.record;
        },
      });
      visible.push(...step.visible);
      internal.push(...step.internal);
      gaveUp = step.status === 'gave-up';
    }
    const { pool, messages, internal_messages: internals, raises } = run.result;
    const shown = (list: readonly number[]) => list.map(i => pool[i]);
    assert.equal(gaveUp, raises !== undefined, run.id);
    assert.deepEqual(visible, shown(messages), run.id);
    assert.deepEqual(internal, shown(internals), run.id);
    const expected = run.asked.filter(([who]) => who === 'agent').map(([, , count]) => count);
    assert.deepEqual(asked, expected, run.id);
  }
  assert.equal(compared, 102);
});
