import { Worker } from 'node:worker_threads';
import { JuxtaError } from '../../../base/errors.ts';
import { workerFile } from '../../../base/worker-file.ts';
import type { EmbeddedConfig } from '../../../models/embedded/config.ts';
import type { MicroBatch, Objective } from '../batches/batch.ts';
import type { Answer, Question, WorkerData } from './protocol.ts';

export interface StepGradient {
  /** Summed over the micro-batches, see `Evaluation`. */
  readonly loss: number;
  readonly count: number;
  /** d loss / d weights, summed in the order of the micro-batches. Overwritten by the next call. */
  readonly gradient: Float32Array;
}

/** Threads that compute log-probabilities and gradients of one model. Results do not depend on their number. */
export interface Pool {
  /** The weights that the threads read, flat, in the order of `weightShapes`. Write them between calls, then `changed`. */
  readonly weights: Float32Array;
  changed(): void;
  gradient(batches: readonly MicroBatch[], objective: Objective): Promise<StepGradient>;
  /** Log-probability of every span, by micro-batch and row. */
  score(batches: readonly MicroBatch[]): Promise<readonly (readonly (readonly number[])[])[]>;
  /** Ends the threads; a pool that is closed can no longer compute. */
  close(): Promise<void>;
}

const shared = (size: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * size));

interface Thread {
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

const startThread = (data: WorkerData): Thread => {
  const worker = new Worker(workerFile('./worker', import.meta.url), { workerData: data });
  let failure: Error | undefined;
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  const fail = (problem: string, cause?: unknown): void => {
    failure ??= new JuxtaError('training-thread', `A training thread stopped: ${problem}`, {
      hint: 'Fewer threads or a smaller batch size need less memory.',
      cause,
    });
    waiting?.reject(failure);
    waiting = undefined;
  };
  worker.on('error', error => fail(error instanceof Error ? error.message : String(error), error));
  worker.on('exit', code => fail(`exit code ${code}`));
  worker.on('message', (answer: Answer) => {
    if (answer.kind === 'failed') fail(answer.problem);
    waiting?.resolve(answer);
    waiting = undefined;
  });
  return {
    ask: question =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure);
        waiting = { resolve, reject };
        worker.postMessage(question);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
};

/** Starts `threads` training threads for models of this shape; they are reused until `close`. */
export const startPool = (config: EmbeddedConfig, size: number, threads: number): Pool => {
  const weights = shared(size);
  const total = new Float32Array(size);
  const team = Array.from({ length: threads }, () => startThread({ config, weights }));
  const outputs: Float32Array[] = [];
  let version = 0;

  /** Hands the questions to whichever thread is free; answers come in the order of the questions. */
  const askAll = async (questions: readonly Question[]): Promise<readonly Answer[]> => {
    const answers: Answer[] = [];
    let next = 0;
    await Promise.all(
      team.map(async thread => {
        while (next < questions.length) {
          const mine = next++;
          answers[mine] = await thread.ask(questions[mine]!);
        }
      }),
    );
    return answers;
  };

  return {
    weights,
    changed: () => {
      version++;
    },
    gradient: async (batches, objective) => {
      while (outputs.length < batches.length) outputs.push(shared(size));
      const answers = await askAll(
        batches.map((batch, i) => ({ kind: 'gradient', version, batch, objective, output: outputs[i]! })),
      );
      let loss = 0;
      let count = 0;
      total.fill(0);
      answers.forEach((answer, i) => {
        if (answer.kind !== 'gradient') return;
        loss += answer.loss;
        count += answer.count;
        const part = outputs[i]!;
        for (let j = 0; j < size; j++) total[j]! += part[j]!;
      });
      return { loss, count, gradient: total };
    },
    score: async batches => {
      const answers = await askAll(batches.map(batch => ({ kind: 'score', version, batch })));
      return answers.map(answer => (answer.kind === 'score' ? answer.spans : []));
    },
    close: async () => {
      await Promise.all(team.map(thread => thread.close()));
    },
  };
};
