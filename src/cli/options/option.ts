/**
 * One option, read off its zod schema: from it come the flag, the line in `--help`, and what a value must be, on the
 * command line as in a configuration file.
 */
import { z } from 'zod';

export interface OptionSpec {
  /** As in a configuration file: `maxUsd`. */
  readonly name: string;
  /** As on the command line: `--max-usd`, or `--no-cache` of a switch that is on by default. */
  readonly flag: string;
  readonly kind: 'text' | 'whole' | 'number' | 'switch' | 'choice' | 'list';
  readonly choices: readonly (string | number)[];
  readonly help: string;
  /** Stands for the value in `--help`. */
  readonly placeholder: string;
  /** The flag may stand alone: `--resume`, `--resume rollout-1`. */
  readonly isValueOptional: boolean;
  readonly isRequired: boolean;
  readonly default: unknown;
  /** How the default is shown where it is not what everybody has. */
  readonly shownDefault: string | undefined;
  readonly schema: z.ZodType;
}

/** What `z.toJSONSchema` says of a schema, as far as an option needs it. `value` and `shownDefault` come from `.meta`. */
interface Described {
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: unknown;
  readonly anyOf?: readonly Described[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly value?: string;
  readonly shownDefault?: string;
}

/**
 * @example optionOf('beam', z.int().min(1).default(8).describe('most live leaves of a tree'))
 * @example optionOf('folder', z.string().default('.').meta({ value: 'path', description: 'project folder' }))
 */
export const optionOf = (name: string, schema: z.ZodType): OptionSpec => {
  const described = describe(schema);
  const value = writtenIn(described);
  const kind = kindOf(value);
  const on = kind === 'switch' && described.default === true;
  return {
    name,
    flag: `--${on ? 'no-' : ''}${dashed(name)}`,
    kind,
    choices: value.enum ?? (value.const === undefined ? [] : [value.const as string]),
    help: described.description ?? '',
    placeholder: described.value ?? placeholders[kind],
    isValueOptional: value !== described && described.anyOf !== undefined && described.anyOf.some(isTrue),
    isRequired: kind !== 'switch' && !schema.safeParse(undefined).success,
    default: described.default ?? (kind === 'switch' ? false : undefined),
    shownDefault: described.shownDefault,
    schema,
  };
};

const describe = (schema: z.ZodType): Described =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Described;

const isTrue = ({ const: only }: Described): boolean => only === true;

/** Of several kinds of value the one that is written; `true` is the flag alone. */
const writtenIn = (described: Described): Described =>
  described.anyOf?.find(one => !isTrue(one)) ?? described;

const kindOf = ({ type, enum: choices, const: only }: Described): OptionSpec['kind'] => {
  if (choices || (only !== undefined && type !== 'boolean')) return 'choice';
  if (type === 'boolean') return 'switch';
  if (type === 'integer') return 'whole';
  if (type === 'number') return 'number';
  return type === 'array' ? 'list' : 'text';
};

const placeholders: Readonly<Record<OptionSpec['kind'], string>> = {
  text: 'text',
  whole: 'n',
  number: 'x',
  switch: '',
  choice: 'name',
  list: 'names',
};

/** `maxUsd` as it is written after two dashes. */
export const dashed = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

/**
 * A value as its schema has it, from a text on the command line or from what a configuration file holds.
 * @returns what it must be, in words, if it is not
 */
export const readOption = (
  option: OptionSpec,
  given: unknown,
): { readonly value: unknown } | { readonly problem: string } => {
  const read = option.schema.safeParse(fromText(option, given));
  return read.success ? { value: read.data } : { problem: problemOf(option, read.error) };
};

const fromText = ({ kind, choices }: OptionSpec, given: unknown): unknown => {
  if (kind === 'list' && typeof given === 'string') return [given];
  if (kind === 'text' && typeof given === 'number') return String(given);
  if (kind === 'choice') return choices.find(choice => String(choice) === String(given)) ?? given;
  const isNumber = kind === 'whole' || kind === 'number';
  return isNumber && typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
};

const problemOf = ({ kind, choices, schema }: OptionSpec, { issues }: z.ZodError): string => {
  switch (kind) {
    case 'switch':
      return 'it must be true or false';
    case 'choice':
      return `it must be one of: ${choices.join(', ')}`;
    case 'list':
      return 'it must be a list of texts';
    case 'whole':
    case 'number':
      return `it must be a ${kind === 'whole' ? 'whole number' : 'number'}${rangeOf(writtenIn(describe(schema)))}`;
    case 'text':
      return issues[0]?.code === 'invalid_type'
        ? 'it must be a text'
        : (issues[0]?.message ?? 'it is not valid');
  }
};

const rangeOf = ({ minimum, maximum }: Described): string => {
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (least && most) return ` from ${minimum} to ${maximum}`;
  if (least) return ` of at least ${minimum}`;
  return most ? ` of at most ${maximum}` : '';
};
