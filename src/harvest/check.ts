/**
 * What a model's own chat template makes of the examples: what it would lose, bend or refuse. Trainers render with
 * that template and say nothing of what did not come through.
 */

import { messageOf } from '../base/errors.ts';
import type { JsonObject } from '../dialogue/json.ts';
import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import type { Example, Kind, Source } from './examples.ts';
import { argumentsOf } from './formats/chat.ts';
import { type ChatTemplate, loadChatTemplate } from './formats/chat-template.ts';
import { piecesOf, place, spacedJson } from './placing.ts';

export const problems = [
  'refused',
  'tools-missing',
  'arguments-escaped',
  'arguments-not-json',
  'content-lost',
  'not-masked',
  'prompt-not-prefix',
  'too-long',
] as const;
export type Problem = (typeof problems)[number];

export interface Finding {
  readonly problem: Problem;
  /** What is wrong with this example, in a sentence. */
  readonly says: string;
}

export interface CheckedExample {
  /** Number of the example, from 0. */
  readonly index: number;
  readonly kind: Kind;
  readonly source?: Source;
  /** Tokens of its longest rendering, if the tokenizer is there. */
  readonly tokens?: number;
  readonly findings: readonly Finding[];
}

export interface TemplateReport {
  readonly examples: number;
  /** Examples without a finding. */
  readonly clean: number;
  readonly longest: number;
  readonly contextLength?: number;
  /** In how many examples each problem was found. */
  readonly problems: Readonly<Record<Problem, number>>;
  /** The first examples with findings. */
  readonly worst: readonly CheckedExample[];
}

export interface CheckOptions {
  /** Tokens that fit; default: what the tokenizer or the model's configuration says. */
  readonly contextLength?: number;
  /** How calls' arguments reach the template (default: as objects, as the formats of TRL hold them). */
  readonly arguments?: 'object' | 'string';
  /** How many examples with findings the report lists (default 20). */
  readonly list?: number;
  /** Told of each example. */
  readonly onExample?: (checked: CheckedExample) => void;
}

/**
 * Renders every example with the chat template in a model's folder and reports what is lost or changed.
 * @throws BadInputError if the folder has no readable template
 */
export const checkTemplates = async (
  examples: AsyncIterable<Example> | Iterable<Example>,
  tokenizerFolder: string,
  options: CheckOptions = {},
): Promise<TemplateReport> => {
  const template = await loadChatTemplate(tokenizerFolder);
  const contextLength = options.contextLength ?? template.contextLength;
  const counts = Object.fromEntries(problems.map(problem => [problem, 0])) as Record<Problem, number>;
  const worst: CheckedExample[] = [];
  let index = 0;
  let clean = 0;
  let longest = 0;
  for await (const example of examples) {
    const { tokens, findings } = checkExample(example, template, {
      ...options,
      ...(contextLength !== undefined && { contextLength }),
    });
    const checked: CheckedExample = {
      index: index++,
      kind: example.kind,
      ...(example.source && { source: example.source }),
      ...(tokens !== undefined && { tokens }),
      findings,
    };
    longest = Math.max(longest, tokens ?? 0);
    for (const problem of new Set(findings.map(finding => finding.problem))) counts[problem]++;
    if (findings.length === 0) clean++;
    else if (worst.length < (options.list ?? 20)) worst.push(checked);
    options.onExample?.(checked);
  }
  return {
    examples: index,
    clean,
    longest,
    ...(contextLength !== undefined && { contextLength }),
    problems: counts,
    worst,
  };
};

/** What is lost or changed of one example. */
export const checkExample = (
  example: Example,
  template: ChatTemplate,
  { contextLength, arguments: style = 'object' }: Pick<CheckOptions, 'contextLength' | 'arguments'> = {},
): Pick<CheckedExample, 'findings'> & { readonly tokens: number | undefined } => {
  const findings = new Map<string, Finding>();
  const add = (found: readonly Finding[]) => {
    for (const finding of found) findings.set(`${finding.problem} ${finding.says}`, finding);
  };
  let tokens: number | undefined;
  try {
    for (const messages of conversationsOf(example)) {
      const text = template.render(messages, example.tools, { arguments: style });
      add(toolFindings(example, messages, text, template));
      add(argumentFindings(messages, text, template));
      add(contentFindings(messages, text));
      if (example.kind !== 'sft') add(prefixFindings(example.prompt, messages, example.tools, template));
      tokens = Math.max(tokens ?? 0, template.countTokens?.(text) ?? 0);
    }
    if (example.kind === 'sft') add(maskFindings(example.messages, example, template));
  } catch (thrown) {
    add([{ problem: 'refused', says: `the template refuses it: ${messageOf(thrown)}` }]);
  }
  if (contextLength !== undefined && tokens !== undefined && tokens > contextLength)
    add([{ problem: 'too-long', says: `${tokens} tokens, and ${contextLength} fit` }]);
  return { tokens: template.countTokens && tokens, findings: [...findings.values()] };
};

/** The whole conversations that a trainer renders for an example. */
const conversationsOf = (example: Example): readonly (readonly Message[])[] => {
  if (example.kind === 'sft') return [example.messages];
  const answers = example.kind === 'kto' ? [example.completion] : [example.chosen, example.rejected];
  return answers.map(answer => [...example.prompt, ...answer]);
};

const toolFindings = (
  example: Example,
  messages: readonly Message[],
  text: string,
  template: ChatTemplate,
): readonly Finding[] => {
  const hidden = example.tools.filter(
    ({ name, description }) => !place(text, name, 0) || (description !== '' && !place(text, description, 0)),
  );
  if (hidden.length === 0) return [];
  if (template.render(messages, []) === template.render(messages, example.tools))
    return [{ problem: 'tools-missing', says: 'the template does not show the model its tools' }];
  return hidden.map(({ name }) => ({
    problem: 'tools-missing',
    says: `the tool ${name} or its description is not shown`,
  }));
};

const argumentFindings = (
  messages: readonly Message[],
  text: string,
  template: ChatTemplate,
): readonly Finding[] => {
  const calls = messages.flatMap(message => (message.role === 'assistant' ? (message.tool_calls ?? []) : []));
  const escaped = calls.filter(call => isEscaped(argumentsOf(call) ?? {}, messages, text));
  if (escaped.length > 0)
    return [
      {
        problem: 'arguments-escaped',
        says: `the arguments of ${escaped[0]!.function.name} come out as an escaped string`,
      },
    ];
  if (calls.length > 0 && !template.writesJson)
    return [
      {
        problem: 'arguments-not-json',
        says: 'the template prints arguments as an object of its language, not as JSON',
      },
    ];
  return [];
};

/** As JSON inside a JSON string, however the inner one was spaced, and not because a message said the same. */
const isEscaped = (args: JsonObject, messages: readonly Message[], text: string): boolean =>
  Object.keys(args).length > 0 &&
  [JSON.stringify(args), spacedJson(args)].some(
    json =>
      text.includes(JSON.stringify(json).slice(1, -1)) &&
      !messages.some(({ content }) => (content ?? '').includes(json)),
  );

const contentFindings = (messages: readonly Message[], text: string): readonly Finding[] => {
  const findings: Finding[] = [];
  let cursor = 0;
  for (const [i, message] of messages.entries()) {
    // Templates move the system prompt about; the others stay in their order, but not so what one message holds.
    const from = message.role === 'system' ? 0 : cursor;
    for (const piece of piecesOf(message)) {
      const found = place(text, piece.text, from);
      if (!found)
        findings.push({
          problem: 'content-lost',
          says: `message ${i} (${message.role}): ${piece.what} is not in the rendering`,
        });
      else if (message.role !== 'system') cursor = Math.max(cursor, found.end);
    }
  }
  return findings;
};

const maskFindings = (
  messages: readonly Message[],
  example: Example,
  template: ChatTemplate,
): readonly Finding[] => {
  if (!template.marksGeneration)
    return [
      {
        problem: 'not-masked',
        says: 'the template does not mark what the assistant says ({% generation %}), so a loss on its turns alone needs a trainer that knows the family',
      },
    ];
  const { text, generated } = template.renderMarked(messages, example.tools);
  const inside = generated.map(({ start, end }) => text.slice(start, end)).join('\n');
  const edges = [0, ...generated.flatMap(({ start, end }) => [start, end]), text.length];
  const outside = edges.flatMap((edge, i) => (i % 2 === 0 ? text.slice(edge, edges[i + 1]) : [])).join('\n');
  return messages.flatMap((message, i) => {
    const generates = message.role === 'assistant';
    const astray = piecesOf(message).find(
      piece => !place(generates ? inside : outside, piece.text, 0) && place(text, piece.text, 0),
    );
    if (!astray) return [];
    const says = `message ${i} (${message.role}): ${astray.what} is ${generates ? 'not ' : ''}marked as generated`;
    return [{ problem: 'not-masked', says }];
  });
};

const prefixFindings = (
  prompt: readonly Message[],
  whole: readonly Message[],
  tools: readonly Tool[],
  template: ChatTemplate,
): readonly Finding[] =>
  template.render(whole, tools).startsWith(template.render(prompt, tools, { generationPrompt: true }))
    ? []
    : [
        {
          problem: 'prompt-not-prefix',
          says: 'the prompt renders differently alone and with its completion',
        },
      ];
