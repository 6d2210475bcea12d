/** The filters, and how they are asked for by name. */
import { JuxtaError } from '../base/errors.ts';
import { hash, random } from '../base/random.ts';
import { isJsonObject, type Json } from '../dialogue/json.ts';
import type { Message, ToolCall } from '../dialogue/message.ts';
import { isFault } from '../dialogue/turn.ts';
import type { Tool } from '../environments/environment.ts';
import type { Tree } from '../search/tree.ts';
import { type Example, promptOf, taughtBy } from './examples.ts';
import { type Batch, exampleFilter, type Filter, treeFilter } from './filter.ts';
import { argumentsOf } from './formats/chat.ts';
import { messageKey } from './transcript.ts';

/** The reference's text filter (josh.md, section 4). */
export const errorText = (): Filter =>
  treeFilter(
    'error-text',
    'trees whose golden conversation holds an error text or a mixed-up result',
    ({ golden }) =>
      !golden.some(({ role, content }) => {
        const text = content ?? '';
        return /ERROR:|Error:|FAILURE/.test(text) || (role === 'assistant' && text.includes('APIRETURN'));
      }),
  );

/** Of several trees of one task, only the longest golden path is imitated. */
export const longestPath = (): Filter =>
  exampleFilter(
    'longest-path',
    'golden paths of a task other than its longest',
    (example, harvest, batch) =>
      example.kind !== 'sft' ||
      harvest ===
        batch.reduce((best, other) =>
          other.examples.some(({ kind }) => kind === 'sft') && other.golden.length > best.golden.length
            ? other
            : best,
        ),
  );

/** Calls whose arguments are no JSON object, or that name no tool, can't be written as data or rendered. */
export const malformedCalls = (tools: readonly Tool[]): Filter => {
  const names = new Set(tools.map(tool => tool.name));
  const wellFormed = (call: ToolCall) => names.has(call.function.name) && argumentsOf(call) !== undefined;
  return exampleFilter(
    'malformed-calls',
    'examples with a call of an unknown tool, or whose arguments are not a JSON object',
    example =>
      [...promptOf(example), ...taughtBy(example)].every(message => callsOf(message).every(wellFormed)),
  );
};

/** A line that lost can have said, after the same prompt, just what a line that won said. */
export const contradictingLabels = (): Filter => ({
  name: 'contradicting-labels',
  says: 'negatives that a line that won also said after the same prompt',
  apply: batch => {
    const good = new Set<string>();
    for (const { examples } of batch)
      for (const example of examples) {
        if (example.kind === 'kto' && example.label) good.add(keyOf(example.prompt, example.completion[0]));
        if (example.kind === 'dpo') good.add(keyOf(example.prompt, example.chosen[0]));
      }
    const consistent = (example: Example): boolean => {
      if (example.kind === 'dpo') return !good.has(keyOf(example.prompt, example.rejected[0]));
      return (
        example.kind === 'sft' || example.label || !good.has(keyOf(example.prompt, example.completion[0]))
      );
    };
    return batch.map(harvest => ({ ...harvest, examples: harvest.examples.filter(consistent) }));
  },
});

/** The same call again with the same result, nothing having been written in between, teaches waste. */
export const wastedCalls = (tools: readonly Tool[]): Filter => {
  const mutating = new Set(tools.filter(tool => tool.mutating).map(tool => tool.name));
  return treeFilter(
    'wasted-calls',
    'trees whose golden conversation repeats a call to no purpose',
    ({ golden }) => {
      let seen = new Set<string>();
      for (const { call, result } of answeredCalls(golden)) {
        const key = JSON.stringify([
          call.function.name,
          argumentsOf(call) ?? call.function.arguments,
          result,
        ]);
        if (seen.has(key)) return false;
        if (mutating.has(call.function.name)) seen = new Set();
        seen.add(key);
      }
      return true;
    },
  );
};

/**
 * A tool that writes was granted twice with arguments that agree in part and differ in part: the same thing booked
 * for two days, or two hotels for the same night. Granted is a result that is a JSON object or a filled list.
 */
export const contradictingCalls = (tools: readonly Tool[]): Filter => {
  const mutating = new Set(tools.filter(tool => tool.mutating).map(tool => tool.name));
  return treeFilter(
    'contradicting-calls',
    'trees whose golden conversation writes two things at odds',
    ({ golden }) => {
      const granted = answeredCalls(golden).filter(
        ({ call, result }) => mutating.has(call.function.name) && isGranted(result),
      );
      return !granted.some(({ call: a }, i) => granted.slice(0, i).some(({ call: b }) => atOdds(a, b)));
    },
  );
};

/** Tasks on whose ends all lines agree teach no difference. Faulty ends do not count. */
export const mixedOutcomes = (): Filter => ({
  name: 'mixed-outcomes',
  says: 'tasks whose lines all succeeded, or none of them',
  apply: batch => {
    const ends = batch.flatMap(({ tree }) => endsOf(tree));
    const mixed = ends.includes(true) && ends.includes(false);
    return mixed ? batch : batch.map(harvest => ({ ...harvest, examples: [] }));
  },
});

/** What was written before, in this task or another, is not written again. Remembers the last `memory` examples or more. */
export const duplicates = (memory = 1 << 18): Filter => {
  let recent = new Set<number>();
  let older = new Set<number>();
  return exampleFilter('duplicates', 'examples equal to an earlier one', example => {
    const key = exampleKey(example);
    if (recent.has(key) || older.has(key)) return false;
    recent.add(key);
    if (recent.size >= memory) {
      older = recent;
      recent = new Set();
    }
    return true;
  });
};

/** At most `most` examples of each kind (and label) per task, drawn with the seed. */
export const capPerTask = (most: number, seed: number): Filter => ({
  name: 'cap-per-task',
  says: `all but ${most} examples of each kind and label per task`,
  apply: batch => drawn(batch, seed, () => most),
});

/** At most `ratio` times as many bad turns as good ones per task, and the other way round, drawn with the seed. */
export const balanceKto = (ratio: number, seed: number): Filter => ({
  name: 'balance-kto',
  says: `what is over ${ratio} times the other class among the KTO turns of a task`,
  apply: batch => {
    const sizes = new Map<string, number>();
    for (const example of batch.flatMap(({ examples }) => examples))
      sizes.set(classOf(example), (sizes.get(classOf(example)) ?? 0) + 1);
    const limits = new Map([
      ['kto true', Math.floor(ratio * (sizes.get('kto false') ?? 0))],
      ['kto false', Math.floor(ratio * (sizes.get('kto true') ?? 0))],
    ]);
    return drawn(batch, seed, name => limits.get(name) ?? Number.POSITIVE_INFINITY);
  },
});

/** What `filtersNamed` needs to make any filter. */
export interface FilterSettings {
  readonly tools: readonly Tool[];
  readonly seed: number;
}

const makers: Readonly<Record<string, (settings: FilterSettings, value: number | undefined) => Filter>> = {
  'error-text': () => errorText(),
  'longest-path': () => longestPath(),
  'malformed-calls': ({ tools }) => malformedCalls(tools),
  'contradicting-labels': () => contradictingLabels(),
  'wasted-calls': ({ tools }) => wastedCalls(tools),
  'contradicting-calls': ({ tools }) => contradictingCalls(tools),
  'mixed-outcomes': () => mixedOutcomes(),
  duplicates: (_, value) => duplicates(value),
  'cap-per-task': ({ seed }, value = 20) => capPerTask(value, seed),
  'balance-kto': ({ seed }, value = 1) => balanceKto(value, seed),
};

export const filterNames: readonly string[] = Object.keys(makers);

/** What an export leaves out unless it is told otherwise. */
export const defaultFilters: readonly string[] = [
  'error-text',
  'longest-path',
  'malformed-calls',
  'contradicting-labels',
];

/**
 * Filters by name, in the order given; a number after `=` sets what a filter has to be told.
 * @example filtersNamed(['error-text', 'cap-per-task=10'], { tools, seed: 7 })
 * @throws JuxtaError `unknown-filter`
 */
export const filtersNamed = (names: readonly string[], settings: FilterSettings): readonly Filter[] =>
  names.map(text => {
    const [name = '', value] = text.split('=');
    const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
    const number = value === undefined ? undefined : Number(value);
    if (maker && (number === undefined || number > 0)) return maker(settings, number);
    throw new JuxtaError('unknown-filter', `there is no filter ${JSON.stringify(text)}`, {
      hint: `One of: ${filterNames.join(', ')}; some take a number above 0, as in cap-per-task=20.`,
    });
  });

const callsOf = (message: Message): readonly ToolCall[] =>
  message.role === 'assistant' ? (message.tool_calls ?? []) : [];

const keyOf = (prompt: readonly Message[], message: Message): string =>
  JSON.stringify([...prompt, message].map((each, i) => messageKey(each, prompt.slice(0, i))));

/** 52 bits of an example's meaning. */
const exampleKey = (example: Example): number => {
  const prompt = promptOf(example);
  const taught = example.kind === 'sft' ? example.messages.slice(-1) : taughtBy(example);
  const label = example.kind === 'kto' ? String(example.label) : example.kind;
  const text = `${label} ${taught.map(message => keyOf(prompt, message)).join(' ')}`;
  return hash('low', text) + (hash('high', text) % (1 << 20)) * 2 ** 32;
};

const answeredCalls = (
  messages: readonly Message[],
): { readonly call: ToolCall; readonly result: string }[] => {
  const results = new Map<ToolCall, string>();
  let open: readonly ToolCall[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') open = message.tool_calls ?? open;
    if (message.role !== 'tool') continue;
    const call = open.find(({ id }) => id === message.tool_call_id);
    if (call) results.set(call, message.content);
  }
  return [...results].map(([call, result]) => ({ call, result }));
};

const isGranted = (result: string): boolean => {
  try {
    const value = JSON.parse(result) as Json;
    return Array.isArray(value) ? value.length > 0 : isJsonObject(value);
  } catch {
    return false;
  }
};

const atOdds = (a: ToolCall, b: ToolCall): boolean => {
  if (a.function.name !== b.function.name) return false;
  const [left, right] = [argumentsOf(a) ?? {}, argumentsOf(b) ?? {}];
  const shared = Object.keys(left).filter(key => Object.hasOwn(right, key));
  const agrees = (key: string) => JSON.stringify(left[key]) === JSON.stringify(right[key]);
  return shared.some(agrees) && !shared.every(agrees);
};

/** For each line that ended without a fault: did it, or a branch at its end, earn something? */
const endsOf = (tree: Tree): boolean[] => {
  const parents = new Set(tree.nodes.map(node => node.parent));
  return tree.nodes
    .filter(node => !parents.has(node.path) && !isFault(node.cause))
    .map(node => node.successful || node.golden);
};

const classOf = (example: Example): string =>
  example.kind === 'kto' ? `kto ${example.label}` : example.kind;

/** Of each class of examples in a batch at most a number, drawn with a seed named by the task, in their old order. */
const drawn = (batch: Batch, seed: number, most: (name: string) => number): Batch => {
  const examples = batch.flatMap(harvest => harvest.examples);
  const kept = new Set<Example>();
  for (const [name, members] of Map.groupBy(examples, classOf)) {
    const shuffled = random(seed, 'draw', batch[0]?.tree.task ?? '', name).shuffle(members);
    for (const example of shuffled.slice(0, most(name))) kept.add(example);
  }
  return batch.map(harvest => ({
    ...harvest,
    examples: harvest.examples.filter(example => kept.has(example)),
  }));
};
