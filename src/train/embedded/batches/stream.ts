import { random } from '../../../base/random.ts';
import type { Message } from '../../../dialogue/message.ts';
import type { Tool } from '../../../environments/environment.ts';
import type { Row } from './batch.ts';
import { type Layout, layoutFor, planEpoch, type StepBatches } from './plan.ts';
import { conversationRow, type EncodeContext, encodeOrDrop } from './rows.ts';

/** A conversation to imitate. */
export interface Dialogue {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
}

/** Where a stream stands: everything before it has been trained on. */
export interface StreamPosition {
  readonly block: number;
  readonly step: number;
}

/** An endless source of steps, made block by block from numbered dialogues. */
export interface Stream {
  next(): Promise<StepBatches>;
  /** Makes a part of the coming block, about as much as one step uses up. */
  prepare(): Promise<void>;
  position(): StreamPosition;
}

/** Dialogues that are shuffled and sorted by length together. */
const BLOCK = 256;

/**
 * @param dialogue the dialogue of a number (from 0): always the same for the same number
 * @param from where to go on, `{ block: 0, step: 0 }` for the beginning
 */
export const createStream = async (
  dialogue: (index: number) => Dialogue | Promise<Dialogue>,
  encoding: EncodeContext,
  totalSteps: number,
  batchSize: number,
  seed: number,
  from: StreamPosition,
): Promise<Stream> => {
  const makeBlock = (block: number): Block => {
    const rows: Row[] = [];
    let made = 0;
    const advance = async (count: number): Promise<void> => {
      for (const end = Math.min(BLOCK, made + count); made < end; made++) {
        const { messages, tools } = await dialogue(block * BLOCK + made);
        const encoded = encodeOrDrop(encoding, messages, tools);
        const row = encoded && conversationRow(encoded);
        if (row && row.spans.length > 0) rows.push(row);
      }
    };
    return { rows, advance };
  };
  const stepsOf = async (block: Block, number: number, layout: Layout): Promise<readonly StepBatches[]> => {
    await block.advance(BLOCK);
    return planEpoch(
      block.rows.map(row => [row]),
      layout,
      random(seed, 'block', number),
    );
  };

  // The first block fixes the shapes, also of a run that goes on from a later one.
  const first = makeBlock(0);
  await first.advance(BLOCK);
  const layout = layoutFor(
    first.rows.map(row => [row]),
    (totalSteps * batchSize) / BLOCK,
    batchSize,
    encoding.context,
  );
  let { block: number, step } = from;
  let steps = await stepsOf(number === 0 ? first : makeBlock(number), number, layout);
  let coming = makeBlock(number + 1);
  return {
    next: async () => {
      if (step >= steps.length) {
        number++;
        step = 0;
        steps = await stepsOf(coming, number, layout);
        coming = makeBlock(number + 1);
      }
      return steps[step++]!;
    },
    prepare: () => coming.advance(Math.ceil(BLOCK / steps.length)),
    position: () => ({ block: number, step }),
  };
};

interface Block {
  readonly rows: readonly Row[];
  /** Makes so many more of the block's dialogues. */
  advance(count: number): Promise<void>;
}
