/** Quirks of OpenAI-compatible endpoints, from public reports: each turns a plain answer into what such a server sends. */
import { gzipSync } from 'node:zlib';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

type Body = Readonly<Record<string, unknown>>;

export interface Quirk {
  readonly name: string;
  /** What Juxta does about it, for the documentation. */
  readonly handled: string;
  /** What the request must not hold; refused with 400 in this server's words. */
  readonly refuses?: (request: Body) => object | undefined;
  /** @param seen how often this very request came before */
  readonly answers?: (plain: PlainAnswer, request: Body, seen: number) => Answer;
}

export interface PlainAnswer {
  readonly id: string;
  readonly choices: readonly {
    readonly index: number;
    readonly finish_reason: string;
    readonly message: Body;
  }[];
  readonly usage: Body;
}

const json = (value: unknown): Answer => ({ body: JSON.stringify(value) });

/** With every message changed. */
const messages =
  (change: (message: Body) => Body) =>
  (plain: PlainAnswer): Answer =>
    json({
      ...plain,
      choices: plain.choices.map(choice => ({ ...choice, message: change(choice.message) })),
    });

const calls = (change: (call: Body) => Body) =>
  messages(message =>
    Array.isArray(message.tool_calls)
      ? { ...message, tool_calls: (message.tool_calls as Body[]).map(change) }
      : message,
  );

const refusesField =
  (name: string, error: object) =>
  (request: Body): object | undefined =>
    name in request ? error : undefined;

const openai = (message: string, param: string | null = null, code: string | null = null) => ({
  error: { message, type: 'invalid_request_error', param, code },
});
const pydantic = (name: string) => ({
  detail: [{ type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted' }],
});

const DROPPED = 'sent without it from then on, told once';
const READ = 'read as what it says';

export const quirks: readonly Quirk[] = [
  { name: 'plain', handled: 'nothing to do' },
  {
    name: '`max_tokens` refused',
    handled: '`max_completion_tokens` is sent instead, told once',
    refuses: refusesField(
      'max_tokens',
      openai(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        'max_tokens',
        'unsupported_parameter',
      ),
    ),
  },
  {
    name: '`seed` refused by name in the text',
    handled: DROPPED,
    refuses: refusesField('seed', openai('Unrecognized request argument supplied: seed')),
  },
  { name: '`seed` refused by a schema', handled: DROPPED, refuses: refusesField('seed', pydantic('seed')) },
  {
    name: '`temperature` other than 1 refused',
    handled: DROPPED,
    refuses: refusesField(
      'temperature',
      openai(
        "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
        'temperature',
        'unsupported_value',
      ),
    ),
  },
  {
    name: '`n` refused',
    handled: 'each sample is a request of its own',
    refuses: refusesField('n', openai("'n' is not supported", 'n')),
  },
  {
    name: '`logprobs` refused',
    handled: DROPPED,
    refuses: refusesField('logprobs', { error: 'logprobs is not supported by this backend' }),
  },
  {
    name: 'system messages refused',
    handled: 'their text goes before the first line of the user',
    refuses: request =>
      (request.messages as Body[]).some(({ role }) => role === 'system')
        ? openai('System role not supported')
        : undefined,
  },
  {
    name: '`content: null` beside calls refused',
    handled: 'empty text is sent',
    refuses: request =>
      (request.messages as Body[]).some(({ content }) => typeof content !== 'string')
        ? openai('content must be a string', 'messages')
        : undefined,
  },
  {
    name: 'unknown fields of messages refused',
    handled: 'sent without them from then on, told once',
    refuses: request =>
      (request.messages as Body[]).some(message => 'reasoning_content' in message)
        ? openai('messages.2.reasoning_content: Extra inputs are not permitted')
        : undefined,
    answers: messages(message => ({ ...message, reasoning_content: 'Hm.' })),
  },
  {
    name: 'arguments as an object',
    handled: READ,
    answers: calls(call => ({
      ...call,
      function: {
        ...(call.function as object),
        arguments: JSON.parse((call.function as { arguments: string }).arguments),
      },
    })),
  },
  {
    name: 'ids of calls are null',
    handled: 'ids are given',
    answers: calls(call => ({ ...call, id: null })),
  },
  {
    name: 'ids of calls are missing',
    handled: 'ids are given',
    answers: calls(({ id: _, ...call }) => call),
  },
  {
    name: 'ids of calls come again',
    handled: 'made unique in what is sent',
    answers: calls(call => ({ ...call, id: 'call_0' })),
  },
  { name: 'type of calls is missing', handled: READ, answers: calls(({ type: _, ...call }) => call) },
  {
    name: '`function_call` of old',
    handled: READ,
    answers: messages(({ tool_calls, ...message }) =>
      Array.isArray(tool_calls)
        ? { ...message, function_call: (tool_calls as { function: object }[])[0]!.function }
        : message,
    ),
  },
  {
    name: '`tool_calls: []` beside text',
    handled: READ,
    answers: messages(message => ({ tool_calls: [], ...message })),
  },
  {
    name: 'content as parts',
    handled: READ,
    answers: messages(message => ({ ...message, content: [{ type: 'text', text: message.content ?? '' }] })),
  },
  {
    name: '`usage` is missing',
    handled: 'counted at its worst where a budget is kept',
    answers: ({ usage: _, ...plain }) => json(plain),
  },
  {
    name: '`usage` is null',
    handled: 'counted at its worst where a budget is kept',
    answers: plain => json({ ...plain, usage: null }),
  },
  {
    name: '`usage` of text and null',
    handled: 'counted at its worst where a budget is kept',
    answers: plain => json({ ...plain, usage: { prompt_tokens: '12', completion_tokens: null } }),
  },
  {
    name: '`id`, `created`, `model` of odd types',
    handled: 'not looked at',
    answers: plain => json({ ...plain, id: 7, created: 'now', model: null }),
  },
  {
    name: 'unknown `finish_reason`',
    handled: 'told from what came',
    answers: plain =>
      json({ ...plain, choices: plain.choices.map(choice => ({ ...choice, finish_reason: 'eos' })) }),
  },
  {
    name: 'null `finish_reason`',
    handled: 'told from what came',
    answers: plain =>
      json({ ...plain, choices: plain.choices.map(choice => ({ ...choice, finish_reason: null })) }),
  },
  {
    name: 'keep-alive comments before the JSON',
    handled: 'passed over',
    answers: plain => ({
      body: `: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n${JSON.stringify(plain)}`,
    }),
  },
  {
    name: 'a byte-order mark',
    handled: 'passed over',
    answers: plain => ({ body: `\uFEFF${JSON.stringify(plain)}` }),
  },
  {
    name: 'gzip though not asked for',
    handled: 'unpacked',
    answers: plain => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(JSON.stringify(plain)) }),
  },
  {
    name: 'several JSON objects run together',
    handled: 'the answer among them is read',
    answers: plain => ({ body: `{"status":"ok"}${JSON.stringify(plain)}` }),
  },
  {
    name: 'an event stream though not asked for',
    handled: 'added up',
    answers: plain => ({ headers: { 'content-type': 'text/event-stream' }, body: streamOf(plain) }),
  },
  {
    name: 'wrong content type',
    handled: 'not looked at',
    answers: plain => ({ headers: { 'content-type': 'text/plain' }, body: JSON.stringify(plain) }),
  },
  {
    name: '`<think>` in the text',
    handled: 'taken out, kept as reasoning',
    answers: messages(message => ({
      ...message,
      content: `<think>The user wants a place.</think>\n\n${message.content ?? ''}`,
    })),
  },
  {
    name: '`</think>` without its beginning',
    handled: 'taken out, kept as reasoning',
    answers: messages(message => ({
      ...message,
      content: `The user wants a place.</think>\n\n${message.content ?? ''}`,
    })),
  },
  {
    name: '`reasoning_content`',
    handled: 'kept as reasoning, sent back with its calls',
    answers: messages(message => ({ ...message, reasoning_content: 'The user wants a place.' })),
  },
  {
    name: '`reasoning`',
    handled: 'kept as reasoning, sent back with its calls',
    answers: messages(message => ({ ...message, reasoning: 'The user wants a place.' })),
  },
  {
    name: 'thoughts wanted back with every message',
    handled: 'sent back with every message from then on, told once',
    refuses: request =>
      (request.messages as Body[]).some(
        ({ role, ...rest }) => role === 'assistant' && !('reasoning_content' in rest),
      )
        ? openai('The `reasoning_content` in the thinking mode must be passed back to the API.')
        : undefined,
  },
  {
    name: '`extra_content` on calls',
    handled: 'sent back untouched',
    answers: calls(call => ({ ...call, extra_content: { google: { thought_signature: 'abc' } } })),
  },
];

const RESAMPLED =
  'sampled again, told with its share; never said to the user, never an example; with `--tool-calls text` read as a call';

/** Every call written into the text, in some dress. */
const inText = (name: string, dress: (call: string, name: string, args: string) => string): Quirk => ({
  name: `a tool call as text: ${name}`,
  handled: RESAMPLED,
  answers: messages(message => {
    const { tool_calls: made, ...rest } = message;
    if (!Array.isArray(made)) return message;
    const [{ function: called }] = made as [{ function: { name: string; arguments: string } }];
    const call = `{"name": "${called.name}", "arguments": ${called.arguments}}`;
    return { ...rest, content: dress(call, called.name, called.arguments) };
  }),
});

export const textCallQuirks: readonly Quirk[] = [
  inText('bare JSON', call => call),
  inText('`<tool_call>`', call => `<tool_call>\n${call}\n</tool_call>`),
  inText('`<|python_tag|>`', call => `<|python_tag|>${call.replace('"arguments"', '"parameters"')}`),
  inText('`<function=…>`', (_, name, args) => `<function=${name}>${args}</function>`),
  inText('`[TOOL_CALLS]`', call => `[TOOL_CALLS] [${call}]`),
  inText(
    'Kimi’s marks',
    (_, name, args) =>
      `<|tool_calls_section_begin|><|tool_call_begin|>functions.${name}:0<|tool_call_argument_begin|>${args}<|tool_call_end|><|tool_calls_section_end|>`,
  ),
  inText(
    'Harmony’s channels',
    (_, name, args) =>
      `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>${args}<|call|>`,
  ),
];

const fromTheAgent = (request: Body): boolean => Array.isArray(request.tools);
const countOf = (request: Body): number => (request.messages as readonly Body[]).length;

/** What endpoints do to some requests, and not to others. */
export const conductQuirks: readonly Quirk[] = [
  {
    name: 'names of calls in the model’s dress (`functions.find:0`)',
    handled: 'the tool’s own are used',
    answers: calls(call => ({
      ...call,
      function: {
        ...(call.function as object),
        name: `functions.${(call.function as { name: string }).name}:0`,
      },
    })),
  },
  {
    name: 'context length exceeded',
    handled:
      'ends that line of conversation with that cause (`context-length`), which is counted and says nothing against the agent',
    refuses: request =>
      fromTheAgent(request) && countOf(request) > 6
        ? openai(
            'Maximum context length is 2048 tokens; you requested 2300.',
            'messages',
            'context_length_exceeded',
          )
        : undefined,
  },
  {
    name: 'content filtered',
    handled:
      'ends that line of conversation with that cause (`content-filter`), which is counted and says nothing against the agent',
    refuses: request =>
      fromTheAgent(request) && countOf(request) > 6
        ? openai('The response was filtered by the content management policy.', 'prompt', 'content_filter')
        : undefined,
  },
  {
    name: 'an error object with status 200',
    handled: 'read as what it says, with the status it names',
    answers: (plain, request, seen) =>
      seen === 0 && countOf(request) % 3 === 0
        ? json({ error: { message: 'Rate limit exceeded upstream', code: 429 } })
        : json(plain),
  },
  {
    name: 'replies cut off (`finish_reason: length`)',
    handled: 'sampled again with twice and four times the room, told with their share; never an example',
    answers: (plain, request) =>
      fromTheAgent(request) && Number(request.max_tokens) <= 64
        ? json({
            ...plain,
            choices: plain.choices.map(choice =>
              typeof choice.message.content === 'string'
                ? {
                    ...choice,
                    finish_reason: 'length',
                    message: { ...choice.message, content: `CUT ${choice.message.content.slice(0, 9)}` },
                  }
                : choice,
            ),
          })
        : json(plain),
  },
  {
    name: '`retry-after` of more than ten minutes',
    handled: 'the run stops with the server’s words; `--resume` goes on',
    answers: plain =>
      plain.choices.some(({ message }) => Array.isArray(message.tool_calls))
        ? {
            status: 429,
            headers: { 'retry-after': '1000000000' },
            body: JSON.stringify(openai('Slow down.')),
          }
        : json(plain),
  },
  {
    name: 'every request is refused',
    handled: 'the run stops with exit status 1, the server’s words and what to do; `--resume` goes on',
    refuses: () =>
      openai('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
  },
];

const streamOf = ({ choices, usage }: PlainAnswer): string => {
  const chunks: object[] = choices.flatMap(({ index, message, finish_reason }) => {
    const chunk = (delta: object, reason: string | null = null) => ({
      choices: [{ index, delta, finish_reason: reason }],
    });
    const { content, tool_calls } = message as {
      content?: string;
      tool_calls?: { id: string; function: { name: string; arguments: string } }[];
    };
    return [
      chunk({ role: 'assistant', content: '' }),
      ...[...(content ?? '')].map(character => chunk({ content: character })),
      ...(tool_calls ?? []).flatMap((call, at) => [
        chunk({
          tool_calls: [
            {
              index: at,
              id: call.id,
              type: 'function',
              function: { name: call.function.name, arguments: '' },
            },
          ],
        }),
        ...[call.function.arguments.slice(0, 3), call.function.arguments.slice(3)].map(part =>
          chunk({ tool_calls: [{ index: at, function: { arguments: part } }] }),
        ),
      ]),
      chunk({}, finish_reason),
    ];
  });
  return (
    [...chunks, { choices: [], usage }].map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join('') +
    'data: [DONE]\n\n'
  );
};
