/**
 * How fast the decoder reads and samples: `node src/models/embedded/decoder.bench.ts`. Tokens per second of processor
 * time at the size of the built-in base model, positions 0 to 299, so that a busy machine does not count.
 */
import { createDecoder, type Row } from './decoder.ts';
import { initialWeights } from './init.ts';

const config = { width: 128, layers: 4, heads: 4, vocabulary: 400, context: 384, pointer: 64 };
const decoder = createDecoder(config, initialWeights(config, 1), 16);

/** @param chunk tokens of each sequence per call; only the last one's distribution is asked for */
const tokensPerSecond = (sequences: number, chunk: number): number => {
  const start = process.cpuUsage().user;
  let tokens = 0;
  for (let round = 0; round < 4; round++) {
    for (let position = 0; position + chunk <= 300; position += chunk) {
      const rows = Array.from({ length: sequences * chunk }, (_, i): Row => {
        const at = position + (i % chunk);
        return {
          sequence: Math.floor(i / chunk),
          position: at,
          token: (7 * at + i) % config.vocabulary,
          wanted: i % chunk === chunk - 1,
        };
      });
      decoder.read(rows);
      tokens += rows.length;
    }
  }
  return Math.round(tokens / ((process.cpuUsage().user - start) / 1e6));
};

tokensPerSecond(1, 1);
for (const [name, sequences, chunk] of [
  ['one sequence', 1, 1],
  ['batch of 8', 8, 1],
  ['prefill by 32', 1, 32],
] as const) {
  console.log(`${name.padEnd(14)} ${tokensPerSecond(sequences, chunk)} tokens/s`);
}
