/**
 * Training speed of the embedded model: real (not padding) tokens at the built-in size, on 1 and 2 threads, per second
 * and per second of processor time (which a busy machine changes less), and the process's peak memory.
 *
 *     node bench/train.ts [steps]
 */
import { random } from '../src/base/random.ts';
import type { EmbeddedConfig } from '../src/models/embedded/config.ts';
import { initialWeights } from '../src/models/embedded/init.ts';
import type { Row } from '../src/train/embedded/batches/batch.ts';
import { type Group, layoutFor, planEpoch } from '../src/train/embedded/batches/plan.ts';
import { flatten, fullTrainable } from '../src/train/embedded/network/trainable.ts';
import { newMoments } from '../src/train/embedded/optimiser/adamw.ts';
import { optimise } from '../src/train/embedded/optimiser/optimise.ts';
import { startPool } from '../src/train/embedded/threads/pool.ts';
import { commandLine } from './command-line.ts';
import { whole } from './numbers.ts';

const config: EmbeddedConfig = {
  width: 128,
  layers: 4,
  heads: 4,
  vocabulary: 320,
  context: 384,
  pointer: 64,
};
const [steps] = commandLine(import.meta.filename)
  .argument('[steps]', 'updates that are timed', whole(1), 20)
  .parse().processedArgs as [number];
const BATCH = 14;

/** A row as long as a dialogue is: median about 150 tokens, few above 260. Every other token takes loss. */
const row = (number: number): Row => {
  const draw = random('bench', number);
  const length = Math.min(
    380,
    Math.round(150 * Math.exp(0.35 * (draw.next() + draw.next() + draw.next() - 1.5))),
  );
  const tokens = Int32Array.from({ length }, () => draw.below(config.vocabulary));
  const spans = Array.from({ length: Math.floor((length - 20) / 20) }, (_, i) => ({
    start: 10 + 20 * i,
    end: 20 + 20 * i,
    good: true,
    reference: 0,
  }));
  return { tokens, spans };
};

const groups: readonly Group[] = Array.from({ length: (steps + 6) * BATCH }, (_, i) => [row(i)]);
const layout = layoutFor(groups, 40, BATCH, config.context);
const epoch = planEpoch(groups, layout, random('bench'));
console.log('shapes', layout.shapes.map(({ rows, length }) => `${rows}x${length}`).join(' '));
const start = flatten(config, initialWeights(config, 1));
console.log('parameters', start.length, 'micro-batches per step', layout.microBatchesPerStep);

/** Milliseconds of processor time that all threads have used. */
const processorTime = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1000;

for (const threads of [1, 2]) {
  const pool = startPool(config, start.length, threads);
  const times: { readonly at: number; readonly cpu: number; readonly tokens: number }[] = [];
  let tokens = 0;
  await optimise({
    pool,
    trainable: fullTrainable(config, start),
    moments: newMoments(start.length),
    options: { learningRate: 1e-3, schedule: 'constant', warmup: 5, final: 1, weightDecay: 0.01, clip: 1 },
    method: 'sft',
    done: 0,
    steps: Math.min(steps, epoch.length),
    step: index => {
      times.push({ at: performance.now(), cpu: processorTime(), tokens });
      for (const { rows } of epoch[index]!) for (const one of rows) tokens += one.tokens.length;
      return { batches: epoch[index]!, objective: { method: 'sft' } };
    },
    save: async () => undefined,
    saveEvery: Number.POSITIVE_INFINITY,
    onProgress: () => undefined,
    signal: undefined,
  });
  // The first steps compile the graphs.
  const first = times[Math.min(6, times.length - 1)]!;
  const trained = tokens - first.tokens;
  const rate = Math.round((1000 * trained) / (performance.now() - first.at));
  const perCpu = Math.round((1000 * trained) / (processorTime() - first.cpu));
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${threads} thread(s): ${rate} tokens/s, ${perCpu} per CPU second, peak memory ${memory} MB so far`,
  );
  await pool.close();
}
