/** The laws of the `Trainer` port, as a suite for every implementation. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { JuxtaError } from '../base/errors.ts';
import { TrainingInterruptedError } from './interrupted.ts';
import { methodNames } from './methods.ts';
import { trainerOptions } from './registry.ts';
import type { Method, TrainContext, Trained, Trainer, TrainJob, TrainProgress } from './trainer.ts';

/** What the suite trains, and on what. */
export interface TrainerSubject {
  readonly trainer: Trainer;
  /** Its own options, as they are stored with a run. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly base: string;
  readonly environment: TrainJob['environment'];
  /** A file for each method, with enough examples for three updates at least. */
  readonly data: Readonly<Record<Method, string>>;
  readonly hyperparameters?: TrainJob['hyperparameters'];
}

/**
 * The laws of trainers.
 * @example trainerConformance('embedded', { trainer: embedded, base: 'tiny.safetensors', environment, data })
 */
export const trainerConformance = (name: string, subject: TrainerSubject): void => {
  const { trainer, options = {}, hyperparameters = {}, ...rest } = subject;
  describe(`the laws of trainers: ${name}`, () => {
    const home = mkdtemp(join(tmpdir(), 'juxta-trainer-'));
    after(async () => rm(await home, { recursive: true }));

    const jobOf = async (folder: string, changes: Partial<TrainJob> = {}): Promise<TrainJob> => ({
      ...rest,
      id: 'new',
      methods: [trainer.methods[0]!],
      hyperparameters,
      options: trainerOptions(trainer, options),
      folder: join(await home, folder),
      seed: 1,
      threads: 1,
      ...changes,
    });
    const train = async (
      job: TrainJob,
      context: Partial<TrainContext> = {},
    ): Promise<{ readonly trained: Trained; readonly seen: readonly TrainProgress[] }> => {
      const seen: TrainProgress[] = [];
      const onProgress: TrainContext['onProgress'] = (progress, note) => {
        seen.push(progress);
        context.onProgress?.(progress, note);
      };
      return { trained: await trainer.train(job, { approve: () => true, ...context, onProgress }), seen };
    };

    it('knows methods that there are, and says what it starts from', () => {
      assert.ok(trainer.methods.length > 0);
      for (const method of trainer.methods) assert.ok(methodNames.includes(method), method);
      assert.notEqual(trainer.startsFrom, '');
    });

    it('reads options that were stored as it read them, and refuses those that it does not know', () => {
      const read = trainerOptions(trainer, options);
      assert.deepEqual(trainerOptions(trainer, JSON.parse(JSON.stringify(read))), read);
      assert.throws(() => trainerOptions(trainer, { ...options, noSuchOption: 1 }), { code: 'bad-option' });
    });

    it('has nothing against a job that it can do, before a harvest as after it', async () => {
      const { folder: _, ...job } = await jobOf('check');
      for (const method of trainer.methods) {
        await trainer.check({ ...job, methods: [method] });
        await trainer.check({ ...job, methods: [method], data: {} });
      }
    });

    it('refuses data that cannot be read, and data of another method, before anything begins', async () => {
      const { folder, ...job } = await jobOf('refuse');
      const broken = join(await home, 'broken.jsonl');
      await writeFile(broken, '{"messages": [\n');
      const [method] = job.methods as [Method];
      const other = methodNames.find(each => each !== method)!;
      for (const path of [join(folder, 'nowhere.jsonl'), broken, job.data[other]!])
        await assert.rejects(trainer.check({ ...job, data: { [method]: path } }), JuxtaError);
    });

    it('tells how far it is, each method in its turn, and gives a model', async () => {
      for (const method of trainer.methods) {
        const { trained, seen } = await train(await jobOf(method, { methods: [method] }));
        assert.notEqual(trained.model, '');
        const steps = seen.filter(({ steps }) => steps > 0);
        assert.ok(steps.length > 0, 'it says nothing while it trains');
        for (const [i, { step, steps: all, method: told }] of steps.entries()) {
          assert.equal(told, method);
          assert.ok(step <= all && step >= (steps[i - 1]?.step ?? 0), `${step} of ${all}`);
        }
      }
    });

    it('gives the same model when it is called again', async () => {
      const job = await jobOf('again');
      const { trained } = await train(job);
      assert.deepEqual((await train(job)).trained, trained);
    });

    it('stops when it is told to, and goes on to where an unbroken training ends', async () => {
      const job = await jobOf('stopped');
      const stop = new AbortController();
      const stopped = train(job, {
        signal: stop.signal,
        onProgress: ({ step }) => {
          if (step > 0) stop.abort();
        },
      });
      await assert.rejects(stopped, TrainingInterruptedError);
      const { trained, seen } = await train(job);
      assert.notEqual(trained.model, '');
      const last = seen.findLast(({ steps }) => steps > 0);
      assert.equal(last?.step, last?.steps);
    });

    it('does not begin under a signal that is aborted', async () => {
      const job = await jobOf('aborted');
      await assert.rejects(train(job, { signal: AbortSignal.abort() }), TrainingInterruptedError);
    });
  });
};
