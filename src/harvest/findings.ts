/** What a chat template loses, bends or refuses of one example. */
import { messageOf } from '../base/errors.ts';
import { pythonJson } from '../base/python-json.ts';
import type { JsonObject } from '../dialogue/json.ts';
import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import type { Example } from './examples.ts';
import { argumentsOf } from './formats/chat.ts';
import type { ChatTemplate } from './formats/chat-template.ts';
import { piecesOf, place } from './placing.ts';

export const problems = [
  'refused',
  'tools-missing',
  'arguments-escaped',
  'arguments-not-json',
  'content-lost',
  'reasoning-lost',
  'control-token',
  'not-masked',
  'prompt-not-prefix',
  'too-long',
] as const;
export type Problem = (typeof problems)[number];

export interface Finding {
  readonly problem: Problem;
  /** What is wrong with this example, in a sentence. */
  readonly message: string;
}

export interface Examined {
  /** Tokens of the longest rendering, if the tokenizer is there. */
  readonly tokens: number | undefined;
  readonly findings: readonly Finding[];
}

export interface ExamineOptions {
  /** Tokens that fit. */
  readonly contextLength?: number;
  /** How calls' arguments reach the template (default: as objects, as the formats of TRL hold them). */
  readonly arguments?: 'object' | 'string';
}

/** What is lost or changed of one example. */
export const checkExample = (
  example: Example,
  template: ChatTemplate,
  { contextLength, arguments: style = 'object' }: ExamineOptions = {},
): Examined => {
  const findings = new Map<string, Finding>();
  const add = (found: readonly Finding[]) => {
    for (const finding of found) findings.set(`${finding.problem} ${finding.message}`, finding);
  };
  let tokens: number | undefined;
  try {
    for (const messages of conversationsOf(example)) {
      const text = template.render(messages, example.tools, { arguments: style });
      add(toolFindings(example, messages, text, template));
      add(argumentFindings(messages, text, template));
      add(contentFindings(messages, text));
      add(reasoningFindings(messages, text));
      add(controlFindings(messages, template));
      if (example.kind !== 'sft') add(prefixFindings(example.prompt, messages, example.tools, template));
      tokens = Math.max(tokens ?? 0, template.countTokens?.(text) ?? 0);
    }
    if (example.kind === 'sft') add(maskFindings(example.messages, example, template));
  } catch (thrown) {
    add([{ problem: 'refused', message: `the template refuses it: ${messageOf(thrown)}` }]);
  }
  if (contextLength !== undefined && tokens !== undefined && tokens > contextLength)
    add([{ problem: 'too-long', message: `${tokens} tokens, and ${contextLength} fit` }]);
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
    return [{ problem: 'tools-missing', message: 'the template does not show the model its tools' }];
  return hidden.map(({ name }) => ({
    problem: 'tools-missing',
    message: `the tool ${name} or its description is not shown`,
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
        message: `the arguments of ${escaped[0]!.function.name} come out as an escaped string`,
      },
    ];
  if (calls.length > 0 && !template.writesJson)
    return [
      {
        problem: 'arguments-not-json',
        message: 'the template prints arguments as an object of its language, not as JSON',
      },
    ];
  return [];
};

/** As JSON inside a JSON string, however the inner one was spaced, and not because a message said the same. */
const isEscaped = (args: JsonObject, messages: readonly Message[], text: string): boolean =>
  Object.keys(args).length > 0 &&
  [JSON.stringify(args), pythonJson(args, { ascii: false })].some(
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
          message: `message ${i} (${message.role}): ${piece.what} is not in the rendering`,
        });
      else if (message.role !== 'system') cursor = Math.max(cursor, found.end);
    }
  }
  return findings;
};

/** Many templates show the reasoning of the last turn alone. */
const reasoningFindings = (messages: readonly Message[], text: string): readonly Finding[] =>
  messages.flatMap((message, i) =>
    message.role === 'assistant' && message.reasoning?.trim() && !place(text, message.reasoning.trim(), 0)
      ? [
          {
            problem: 'reasoning-lost',
            message: `message ${i} (assistant): its reasoning is not in the rendering`,
          },
        ]
      : [],
  );

/** What the tokenizer takes for structure wherever it stands: the model would learn to write it, or to obey it. */
const controlFindings = (messages: readonly Message[], { controlTokens }: ChatTemplate): readonly Finding[] =>
  messages.flatMap((message, i) =>
    piecesOf(message).flatMap(({ what, text }) =>
      controlTokens
        .filter(token => text.includes(token))
        .map(
          (token): Finding => ({
            problem: 'control-token',
            message: `message ${i} (${message.role}): ${what} holds ${token}, a control token of this model`,
          }),
        ),
    ),
  );

const maskFindings = (
  messages: readonly Message[],
  example: Example,
  template: ChatTemplate,
): readonly Finding[] => {
  if (!template.marksGeneration)
    return [
      {
        problem: 'not-masked',
        message:
          'the template does not mark what the assistant says ({% generation %}): only a trainer that knows the family can keep the loss on it',
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
    const wrong = `message ${i} (${message.role}): ${astray.what} is ${generates ? 'not ' : ''}marked as generated`;
    return [{ problem: 'not-masked', message: wrong }];
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
          message: 'the prompt renders differently alone and with its completion',
        },
      ];
