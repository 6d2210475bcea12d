import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHamlet } from '../../../environments/hamlet/hamlet.ts';
import { openToolwoz } from '../../../environments/toolwoz/environment.ts';
import type { User } from '../../../users/user.ts';
import { talk } from '../../talk.testing.ts';
import {
  fallibleErrors,
  modeOf,
  perfectErrors,
  type ScriptErrors,
  scriptAgent,
  slipErrors,
  systematicErrors,
} from '../agent/script.ts';
import { MAX_MESSAGES, page, successRate } from './conversations.testing.ts';
import { agendaUser } from './user.ts';

const SEED = 7;
const user = agendaUser() as User;
const hamlet = openHamlet({ seed: 1 });
const unseen = hamlet.tasks('test', { count: 1000 });
const succeeds = (errors: ScriptErrors) => successRate(hamlet, unseen, scriptAgent(errors), user, SEED);

const within = (value: number, least: number, most: number): void =>
  assert.ok(value >= least && value <= most, `${value} is not within ${least} and ${most}`);

test('without errors the script succeeds in Hamlet, at every level', async () => {
  for (const level of [1, 2, 3] as const) {
    const world = openHamlet({ seed: 1, level });
    const tasks = world.tasks('gate', { count: 300 });
    within(await successRate(world, tasks, scriptAgent(perfectErrors), user, SEED), 0.98, 1);
  }
});

test('a clone of the fallible script has room to improve, sampled and greedy', async () => {
  within(await succeeds(fallibleErrors), 0.28, 0.36);
  within(await succeeds(modeOf(fallibleErrors)), 0.34, 0.42);
});

test('the other settings: mostly slips, which greedy decoding avoids, or mostly systematic errors, which it makes', async () => {
  within(await succeeds(slipErrors), 0.28, 0.38);
  within(await succeeds(modeOf(slipErrors)), 0.55, 0.75);
  within(await succeeds(systematicErrors), 0.38, 0.46);
  within(await succeeds(modeOf(systematicErrors)), 0.34, 0.42);
});

test('systematic errors are wrong more often than right, yet right often enough to be found', () => {
  for (const errors of [fallibleErrors, slipErrors, systematicErrors]) {
    for (const [situation, rate] of Object.entries(errors) as [string, number][]) {
      assert.ok(rate <= 0.4 || (rate >= 0.6 && rate <= 0.8), `${situation}: ${rate}`);
    }
  }
});

const shared = process.env.JUXTA_SHARED ?? '../shared';
const multiwoz = join(shared, 'data', 'multiwoz-2.1', 'MultiWOZ_2.1_val_test.zip');

test('on ToolWOZ validation the perfect script reaches what can be reached', {
  skip: existsSync(multiwoz) ? false : `there is no ${multiwoz}`,
}, async () => {
  const toolwoz = await openToolwoz({ data: multiwoz });
  const tasks = toolwoz.tasks('val');
  within(await successRate(toolwoz, tasks, scriptAgent(perfectErrors), user, SEED), 0.94, 0.954);
});

test('conversations read like these', async () => {
  const pages: string[] = [];
  for (const [errors, start] of [
    [perfectErrors, 0],
    [fallibleErrors, 4],
  ] as const) {
    for (const task of hamlet.tasks('pretrain', { start, count: 4 })) {
      pages.push(
        page(
          task,
          await talk(hamlet, task, scriptAgent(errors), user, { seed: SEED, maxMessages: MAX_MESSAGES }),
        ),
      );
    }
  }
  const file = new URL('./conversations.golden.txt', import.meta.url);
  const text = `${pages.join('\n\n')}\n`;
  if (process.env.JUXTA_WRITE_GOLDENS) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'), 'run with JUXTA_WRITE_GOLDENS=1 if this change is meant');
});
