/** Every error a user of Juxta can cause or meet: what was wrong, where, and what to do next. */
export class JuxtaError extends Error {
  override readonly name: string = 'JuxtaError';
  /** A stable word for machines, for example `bad-data` or `unknown-environment`. */
  readonly code: string;
  /** What the user can do about it. */
  readonly hint: string | undefined;
  /** The same again would end in the same way: going on from where it stopped does not help. */
  readonly permanent: boolean;

  constructor(
    code: string,
    message: string,
    options: { hint?: string; cause?: unknown; permanent?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.permanent = options.permanent ?? false;
  }
}

/** A file, line or field that is not what its format promises. `where` is a path, with line or field if known. */
export class BadInputError extends JuxtaError {
  override readonly name = 'BadInputError';
  readonly where: string;

  constructor(
    where: string,
    problem: string,
    options: { hint?: string; cause?: unknown; permanent?: boolean } = {},
  ) {
    super('bad-input', `${where}: ${problem}`, options);
    this.where = where;
  }
}

/** The text of anything that was thrown. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
