/** Options that belong together, as `--help` shows them: a title, and a zod schema for each. */
import type { z } from 'zod';
import { type OptionSpec, optionOf } from './option.ts';

export interface OptionGroup<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly title: string;
  readonly shape: Shape;
}

/** @example optionGroup('Search', { beam: z.int().min(1).default(8).describe('most live leaves of a tree') }) */
export const optionGroup = <const Shape extends z.ZodRawShape>(
  title: string,
  shape: Shape,
): OptionGroup<Shape> => ({ title, shape });

/** The values of a group's options. */
export type ValuesOf<Group> =
  Group extends OptionGroup<infer Shape> ? Readonly<z.output<z.ZodObject<Shape>>> : never;

/** The values of the options of several groups, together. */
export type OptionsOf<Groups extends readonly unknown[]> = Groups extends readonly [
  infer First,
  ...infer Rest,
]
  ? ValuesOf<First> & OptionsOf<Rest>
  : unknown;

export const optionsIn = ({ shape }: OptionGroup): readonly OptionSpec[] =>
  Object.entries(shape).map(([name, schema]) => optionOf(name, schema as z.ZodType));
