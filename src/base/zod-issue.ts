/** The one way in which a value that does not fit its schema is reported. */
import type { z } from 'zod';
import { BadInputError } from './errors.ts';

export interface Issue {
  /** @example 'messages[2].role'; empty for the value as a whole */
  readonly field: string;
  readonly message: string;
}

/** The first thing that zod found wrong: the others are mostly its consequences. */
export const firstIssue = (error: z.ZodError): Issue => {
  const { path, message } = error.issues[0]!;
  return { field: fieldName(path), message };
};

/** Validates a value. @throws BadInputError at `where`, naming the field */
export const validated = <T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: string,
  options: { readonly hint?: string } = {},
): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { field, message } = firstIssue(result.error);
  throw new BadInputError(field === '' ? where : `${where}, field ${field}`, message, options);
};

const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');
