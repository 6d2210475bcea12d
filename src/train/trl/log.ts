/** Reads what TRL prints while it trains: the Trainer's lines of figures, and the progress bar. */

/** The figures that the Trainer printed after one update. */
export interface LogEntry {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** All figures of the line, by TRL's names. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface LogReader {
  /** @returns what is known now for the first time, mostly nothing or one entry */
  read(line: string): readonly LogEntry[];
  /** The update that the progress bar first showed after its start. */
  firstStep(): number | undefined;
}

/** @param done updates that were made before a checkpoint, after which the log begins */
export const createLogReader = (done: number): LogReader => {
  let step = done;
  let steps: number | undefined;
  let first: number | undefined;
  let waiting: Omit<LogEntry, 'steps'>[] = [];
  return {
    read: line => {
      const bar = trainingBar(line);
      if (bar) {
        steps = bar.steps;
        if (bar.step > 0) first ??= bar.step;
      }
      const metrics = figures(line);
      if (metrics?.loss !== undefined) waiting.push({ step: ++step, loss: metrics.loss, metrics });
      if (steps === undefined) return [];
      const known = waiting.map(entry => ({ ...entry, steps: steps! }));
      waiting = [];
      return known;
    },
    firstStep: () => first,
  };
};

/** Whether a line is only a state of some progress bar. */
export const isBar = (line: string): boolean => /\d+%\|[^|]*\| *\d/.test(line);

/** The training's own bar is the one without a name: ` 42%|████▏     | 5/12 [00:00<00:00, 12.84it/s]`. */
const trainingBar = (line: string): { readonly step: number; readonly steps: number } | undefined => {
  const found = /^\s*\d+%\|[^|]*\| *(\d+)\/(\d+) \[/.exec(line);
  return found ? { step: Number(found[1]), steps: Number(found[2]) } : undefined;
};

/** A Python dictionary of numbers, plain or in quotes: `{'loss': '0.9275', 'learning_rate': '0.0005', 'epoch': 0.02}`. */
const figures = (line: string): Readonly<Record<string, number>> | undefined => {
  const text = line.trim();
  if (!/^\{'.*\}$/.test(text)) return undefined;
  const found = text.matchAll(/'([^']+)': '?(nan|-?inf|-?[\d.]+(?:e[+-]?\d+)?)'?(?=[,}])/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name!, number(value!)]));
};

const number = (text: string): number => {
  if (text.endsWith('inf')) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
};
