/** The progress of long work. Rooms report it; only the command line draws it. */
export interface Progress {
  /** For example `round 1: roll out`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Of what: `tasks`, `steps`. */
  readonly unit: string;
  /** A figure worth watching: `reward 0.62`, `loss 0.31`. */
  readonly note?: string;
}
export type OnProgress = (progress: Progress) => void;

/** Reports as time goes by, too: work that is waited for goes long without an end of something. */
export const reporting = async <T>(report: () => void, work: () => Promise<T>): Promise<T> => {
  report();
  const timer = setInterval(report, 500);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
};
