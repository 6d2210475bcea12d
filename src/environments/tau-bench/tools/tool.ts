/** What a tool of the benchmark is, and how a call's arguments meet its parameters. */
import { type Database, type Draft, draftOf } from '../database.ts';
import { PythonError, raise } from '../values/python.ts';
import type { Dict, Value } from '../values/value.ts';

export interface TauTool {
  readonly name: string;
  /** In the order of its signature. All are required. */
  readonly parameters: readonly string[];
  /** True if a call can change the database. */
  readonly mutating: boolean;
  /** True if a call, even a failing one, ends the conversation. */
  readonly terminating: boolean;
  /** Works on the draft and returns the observation. @throws PythonError for what the original answers with `Error: …` */
  readonly run: (data: Draft, ...args: Value[]) => string;
}

const make =
  (mutating: boolean, terminating: boolean) =>
  (name: string, parameters: readonly string[], run: TauTool['run']): TauTool => ({
    name,
    parameters,
    mutating,
    terminating,
    run,
  });

/** A tool that leaves the database as it is. @example reading('think', ['thought'], () => '') */
export const reading = make(false, false);
/** A tool that can change the database. */
export const writing = make(true, false);
/** A tool that hands the user over to somebody else. */
export const terminating = make(false, true);

/** What a tool itself refuses to do, in its own words, as against what Python raises. */
export class Refusal extends PythonError {}

export const refuse: (message: string) => never = message => {
  throw new Refusal(message);
};

/** A tool that had no answer at all: the original's episode dies of it. */
export class EpisodeAborted extends Error {
  override readonly name = 'EpisodeAborted';
}

/** Meets a call's arguments with a tool's parameters. @throws PythonError if they do not fit */
export type Binding = (tool: TauTool, args: Dict) => Value[];

const camelCase = (name: string): string =>
  name
    .split('_')
    .map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

const listed = (names: readonly string[]): string => {
  const quoted = names.map(name => `'${name}'`);
  if (quoted.length < 3) return quoted.join(' and ');
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
};

/** Python's binding of keyword arguments: all parameters are required, no others are allowed, types are not checked. */
const bind = (callee: string, tool: TauTool, args: Dict): Value[] => {
  const unexpected = [...args.keys()].find(name => !tool.parameters.includes(name));
  if (unexpected !== undefined) raise(`${callee} got an unexpected keyword argument '${unexpected}'`);
  const missing = tool.parameters.filter(name => !args.has(name));
  if (missing.length > 0) {
    const noun = missing.length === 1 ? 'argument' : 'arguments';
    raise(`${callee} missing ${missing.length} required positional ${noun}: ${listed(missing)}`);
  }
  return tool.parameters.map(name => args.get(name)!);
};

/** The first version's tools: each a class of its own, and `data` reserved for the database (specification, section 4.1). */
export const bindToClass =
  (domain: string): Binding =>
  (tool, args) => {
    const callee = `${camelCase(tool.name)}.invoke()`;
    if (args.has('data')) {
      raise(
        `tau_bench.envs.${domain}.tools.${tool.name}.${callee} got multiple values for keyword argument 'data'`,
      );
    }
    return bind(callee, tool, args);
  };

/** τ²-bench's tools: methods of one class. */
export const bindToMethod =
  (className: string): Binding =>
  (tool, args) =>
    bind(`${className}.${tool.name}()`, tool, args);

export interface ToolOutcome {
  readonly database: Database;
  /** What the agent sees; null if the tool had no answer and the episode dies of it. */
  readonly observation: string | null;
}

/** Runs one tool on a database. Errors become observations; what was written before one stays. */
export const runTool = (database: Database, tool: TauTool, args: Dict, bind: Binding): ToolOutcome => {
  const data = draftOf(database);
  try {
    const observation = tool.run(data, ...bind(tool, args));
    return { database: data.current(), observation };
  } catch (thrown) {
    if (thrown instanceof PythonError) {
      return { database: data.current(), observation: `Error: ${thrown.message}` };
    }
    if (thrown instanceof EpisodeAborted) return { database: data.current(), observation: null };
    throw thrown;
  }
};
