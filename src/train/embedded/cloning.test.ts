import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { initialWeights } from '../../models/embedded/init.ts';
import { TrainingInterruptedError } from '../interrupted.ts';
import { type CloningOptions, type CloningProgress, cloneBehaviour, cloningDefaults } from './cloning.ts';
import { flatten } from './network/trainable.ts';
import { codecSpec, conversation, temporaryFolder, tinyConfig, tools } from './testing.ts';

const model = { config: tinyConfig, codec: codecSpec, weights: initialWeights(tinyConfig, 2) };
const dialogue = (index: number) => ({ messages: conversation(index), tools });
const options: CloningOptions = {
  ...cloningDefaults,
  learningRate: 1e-2,
  warmup: 3,
  steps: 24,
  batchSize: 24,
  seed: 5,
  threads: 1,
  source: 'test',
};
const ignore = (): void => undefined;
const bytes = (result: { weights: typeof model.weights }): Buffer =>
  Buffer.from(flatten(tinyConfig, result.weights).buffer);

test('cloning lowers the loss and is equal on one and two threads, also when it was stopped', async () => {
  const seen: CloningProgress[] = [];
  const whole = await cloneBehaviour(model, dialogue, options, progress => seen.push(progress));
  assert.ok(seen.at(-1)!.loss < 0.5 * seen[0]!.loss, `${seen[0]!.loss} → ${seen.at(-1)!.loss}`);

  const folder = await temporaryFolder();
  const broken = { ...options, threads: 2, checkpoint: { path: join(folder, 'c.safetensors'), every: 100 } };
  // The second block of dialogues begins at the twelfth step.
  for (const stopAt of [5, 15]) {
    const controller = new AbortController();
    const stop = ({ step }: CloningProgress): void => {
      if (step === stopAt) controller.abort();
    };
    await assert.rejects(
      cloneBehaviour(model, dialogue, broken, stop, controller.signal),
      TrainingInterruptedError,
    );
  }
  const resumed = await cloneBehaviour(model, dialogue, broken, ignore);
  assert.ok(bytes(whole).equals(bytes(resumed)));
});

test('dialogues that do not fit are counted, not fatal', async () => {
  let last: CloningProgress | undefined;
  const some = (index: number) => ({ messages: conversation(index, index % 7 === 6 ? 5 : 1), tools });
  await cloneBehaviour(model, some, { ...options, steps: 1 }, progress => {
    last = progress;
  });
  assert.ok(last!.dropped.tooLong >= 36);
});
