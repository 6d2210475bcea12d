/**
 * A training thread: owns one jax-js backend and computes what the main thread posts, one micro-batch at a time. The
 * weights come in and gradients go out through shared memory.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { jit, numpy as np, tree, vjp } from '@jax-js/jax';
import { messageOf } from '../../base/errors.ts';
import { type MicroBatch, padded, spanLogProbability } from './batch.ts';
import { evaluate } from './objective.ts';
import type { Answer, Question, WorkerData } from './protocol.ts';
import { type Parameters, parametersOf, targetLogProbabilities } from './transformer.ts';

const { config, weights } = workerData as WorkerData;

const graph = jit((p: Parameters, tokens: np.Array, targets: np.Array) =>
  targetLogProbabilities(config, p, tokens, targets),
);

let version = -1;
let parameters: Parameters = {};
const current = (wanted: number): Parameters => {
  if (wanted !== version) {
    tree.dispose(parameters);
    parameters = parametersOf(config, weights);
    version = wanted;
  }
  return tree.ref(parameters);
};

const arrays = (batch: MicroBatch): readonly [np.Array, np.Array] => {
  const shape = [batch.shape.rows, batch.shape.length];
  const { inputs, targets } = padded(batch);
  return [np.array(inputs).reshape(shape), np.array(targets).reshape(shape)];
};

const logProbabilities = (batch: MicroBatch, wanted: number): number[][] => {
  const [tokens, targets] = arrays(batch);
  const result = graph(current(wanted), tokens, targets).dataSync() as Float32Array;
  return batch.rows.map((row, r) =>
    row.spans.map(span => spanLogProbability(result, batch.shape.length, r, span)),
  );
};

const gradient = (question: Extract<Question, { kind: 'gradient' }>): Answer => {
  const { batch, objective, output } = question;
  const [tokens, targets] = arrays(batch);
  const [result, backward] = vjp((p: Parameters) => graph(p, tokens, targets), [current(question.version)]);
  const { loss, count, slopes } = evaluate(batch, result.dataSync() as Float32Array, objective);
  const [gradients] = backward(np.array(slopes).reshape([batch.shape.rows, batch.shape.length]));
  backward.dispose();
  let offset = 0;
  for (const name of Object.keys(parameters)) {
    const values = gradients[name]!.dataSync() as Float32Array;
    output.set(values, offset);
    offset += values.length;
  }
  return { kind: 'gradient', loss, count };
};

parentPort?.on('message', (question: Question) => {
  let answer: Answer;
  try {
    answer =
      question.kind === 'gradient'
        ? gradient(question)
        : { kind: 'score', spans: logProbabilities(question.batch, question.version) };
  } catch (thrown) {
    answer = { kind: 'failed', problem: messageOf(thrown) };
  }
  parentPort?.postMessage(answer);
});
