/** What a stage of a run takes, over all processes that worked at it. */
import type { StageRow } from '../../store/rows.ts';

export interface Cost {
  /** Wall time. */
  readonly seconds: number;
  /** The most that this process, its worker threads included, held in memory; programs that it starts are not counted. */
  readonly peakMemoryBytes: number;
}

export const nothing: Cost = { seconds: 0, peakMemoryBytes: 0 };

export const costOf = (stage: Pick<StageRow, 'cost'> | undefined): Cost =>
  stage?.cost ? (JSON.parse(stage.cost) as Cost) : nothing;

/** The wall time of all stages; undefined if none was measured. */
export const secondsOf = (stages: readonly Pick<StageRow, 'cost'>[]): number | undefined => {
  const known = stages.filter(({ cost }) => cost !== null);
  return known.length === 0 ? undefined : known.reduce((sum, stage) => sum + costOf(stage).seconds, 0);
};

const SAMPLE_EVERY_MS = 200;
/** What a killed process cost after its last save is lost. */
const SAVE_EVERY_MS = 5000;

/**
 * Does the work and measures what it took, on top of what it had taken `already`.
 * @param save called when the work begins, every few seconds, and when it fails
 */
export const metered = async <T>(
  work: () => Promise<T>,
  already: Cost,
  save: (cost: Cost) => Promise<void>,
): Promise<{ readonly result: T; readonly cost: Cost }> => {
  const began = performance.now();
  const highest = highWater();
  let peak = already.peakMemoryBytes;
  const sample = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const read = (): Cost => {
    sample();
    // Between two samples memory may have come and gone, and only a new record is on record.
    const record = highWater();
    return {
      seconds: already.seconds + (performance.now() - began) / 1000,
      peakMemoryBytes: record > highest ? Math.max(peak, record) : peak,
    };
  };
  await save(read());
  const samples = setInterval(sample, SAMPLE_EVERY_MS).unref();
  // If the disk refuses this it will refuse the end of the stage too, and that is reported.
  const saves = setInterval(() => void save(read()).catch(() => undefined), SAVE_EVERY_MS).unref();
  try {
    return { result: await work(), cost: read() };
  } catch (thrown) {
    await save(read()).catch(() => undefined);
    throw thrown;
  } finally {
    clearInterval(samples);
    clearInterval(saves);
  }
};

/** The most memory that this process has held since it began, in bytes. */
const highWater = (): number => process.resourceUsage().maxRSS * 1024;
