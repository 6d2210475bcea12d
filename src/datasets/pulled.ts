/** What one may ask of a pull, and what came of it. */
/** How far one file is; `total` is unknown if the server does not say. */
export interface PullProgress {
  readonly file: string;
  readonly bytes: number;
  readonly total: number | undefined;
}

export interface PullOptions {
  /** A URL that stands for the public host, a folder, or a zip; by default the public host itself. */
  readonly from?: string;
  /** The folder that receives the data set's files; by default its own in `.juxta/data`. */
  readonly to?: string;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

export interface PulledFile {
  /** Its path within the data set's folder. */
  readonly file: string;
  /** `present`: it was there already, and right. `converted`: made from other files, as the manifest says. */
  readonly how: 'present' | 'downloaded' | 'copied' | 'converted';
  /** False if there is nothing to check it by. */
  readonly checked: boolean;
}

export interface Pulled {
  readonly files: readonly PulledFile[];
  /** What the user should know, in sentences. */
  readonly notes: readonly string[];
}
