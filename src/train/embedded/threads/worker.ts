/**
 * A training thread: owns one jax-js backend and computes what the main thread posts, one micro-batch at a time. The
 * weights come in and gradients go out through shared memory.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../base/errors.ts';
import { spanLogProbability } from '../batches/batch.ts';
import { createTransformer } from '../network/transformer.ts';
import { type Evaluation, evaluate } from '../optimiser/objective.ts';
import type { Answer, Question, WorkerData } from './protocol.ts';

const { config, weights } = workerData as WorkerData;
const transformer = createTransformer(config);
let version = -1;

const answerTo = (question: Question): Answer => {
  const { batch } = question;
  if (question.version !== version) transformer.load(weights);
  version = question.version;
  if (question.kind === 'score') {
    const all = transformer.logProbabilities(batch);
    const spans = batch.rows.map((row, r) =>
      row.spans.map(span => spanLogProbability(all, batch.shape.length, r, span)),
    );
    return { kind: 'score', spans };
  }
  let evaluation: Evaluation | undefined;
  const slopes = (all: Float32Array): Float32Array<ArrayBuffer> => {
    evaluation = evaluate(batch, all, question.objective);
    return evaluation.slopes;
  };
  transformer.gradient(batch, slopes, question.output);
  return { kind: 'gradient', loss: evaluation!.loss, count: evaluation!.count };
};

parentPort?.on('message', (question: Question) => {
  let answer: Answer;
  try {
    answer = answerTo(question);
  } catch (thrown) {
    answer = { kind: 'failed', problem: messageOf(thrown) };
  }
  parentPort?.postMessage(answer);
});
