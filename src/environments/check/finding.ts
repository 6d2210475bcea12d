/** What a careful colleague would say of an environment. */

export interface Finding {
  /** `error`: it will go wrong; `warning`: it most likely is not meant; `note`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'note';
  /** A stable word for machines, for example `shared-task`. */
  readonly code: string;
  /** A file with line, a tool's field, or a task's goal. */
  readonly where: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}
