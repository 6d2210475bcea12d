/** Every quirk of an endpoint against a real server: the answer is the plain one, and nothing that was refused is sent twice. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Message } from '../../../dialogue/message.ts';
import { RequestFault } from '../../fault.ts';
import { createTally, textsIn } from '../../layers/events.ts';
import { stack } from '../../layers/stack.ts';
import { request } from '../../testing/fake-model.ts';
import {
  type Answer,
  conductQuirks,
  type PlainAnswer,
  type Quirk,
  quirks,
  textCallQuirks,
} from '../../testing/quirks.ts';
import { openProviderModel } from '../provider.ts';

const tools = [
  { name: 'find', description: 'Finds.', parameters: { type: 'object', properties: {} }, mutating: false },
];

interface Sent {
  readonly messages: readonly (Message & Record<string, unknown>)[];
  readonly n?: number;
}

const plainAnswer = ({ messages, n = 1 }: Sent): PlainAnswer => ({
  id: 'x',
  choices: Array.from({ length: n }, (_, index) =>
    messages.at(-1)!.role === 'user'
      ? {
          index,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            tool_calls: [
              { id: `c${index}`, type: 'function', function: { name: 'find', arguments: '{"a":1}' } },
            ],
          },
        }
      : { index, finish_reason: 'stop', message: { role: 'assistant', content: 'Here it is: a “place”.' } },
  ),
  usage: { prompt_tokens: 9, completion_tokens: 5 },
});

/** Plays a call and what is said of its result, two samples each. */
const played = async (answer: (sent: Sent) => Answer) => {
  const seen: Sent[] = [];
  const server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const sent = JSON.parse(text) as Sent;
    seen.push(sent);
    const { status = 200, headers = {}, body } = answer(sent);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const tally = createTally();
  try {
    const { port } = server.address() as AddressInfo;
    const spec = `http://127.0.0.1:${port}/v1#m`;
    const provider = openProviderModel(spec, {
      environment: {},
      logProbabilities: true,
      observe: tally.observe,
    });
    const model = stack(provider, { retry: { baseMs: 1 }, observe: tally.observe });
    const system: Message = { role: 'system', content: 'Be kind.' };
    const opening: Message[] = [system, { role: 'user', content: 'Find it.' }];
    const called = await model.generate(request({ messages: opening, tools, n: 2 }));
    const turn = (made: (typeof called)[number]): Message[] => [
      {
        role: 'assistant',
        tool_calls: made.toolCalls,
        ...(made.reasoning !== undefined && { reasoning: made.reasoning }),
        ...(made.extra && { extra: made.extra }),
      },
      { role: 'tool', tool_call_id: made.toolCalls[0]!.id, content: '[]' },
    ];
    const history = [...opening, ...turn(called[0]!), { role: 'user', content: 'And?' } as const];
    const again = await model.generate(request({ messages: history, tools }));
    const said = await model.generate(request({ messages: [...history, ...turn(again[0]!)], tools, n: 2 }));
    return { called, again, said, seen, counts: tally.counts() };
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
};

const answerOf =
  ({ refuses, answers }: Quirk) =>
  (sent: Sent): Answer => {
    const refused = refuses?.(sent as unknown as Record<string, unknown>);
    if (refused) return { status: 400, body: JSON.stringify(refused) };
    const plain = plainAnswer(sent);
    return answers
      ? answers(plain, sent as unknown as Record<string, unknown>, 0)
      : { body: JSON.stringify(plain) };
  };

for (const quirk of quirks)
  test(`quirk: ${quirk.name}`, async () => {
    const { called, again, said, seen, counts } = await played(answerOf(quirk));
    assert.equal(called.length, 2);
    for (const { toolCalls, text } of [...called, ...again]) {
      assert.deepEqual(
        toolCalls.map(call => [call.function.name, call.function.arguments]),
        [['find', '{"a":1}']],
      );
      assert.equal(text, null);
    }
    assert.deepEqual(
      said.map(({ text, toolCalls }) => [text, toolCalls.length]),
      [
        ['Here it is: a “place”.', 0],
        ['Here it is: a “place”.', 0],
      ],
    );
    const refused = seen.filter(sent => quirk.refuses?.(sent as unknown as Record<string, unknown>));
    assert.ok(refused.length <= 1, `refused ${refused.length} times`);
    assert.equal(textsIn(counts, 'warning').length, refused.length);
    const last = seen.at(-1)!.messages;
    const ids = last.flatMap(message =>
      message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : [],
    );
    assert.equal(new Set(ids).size, ids.length, 'ids are unique');
    assert.deepEqual(
      last.filter(({ role }) => role === 'tool').map(message => message.tool_call_id),
      ids,
    );
    if (quirk.name.startsWith('`extra_content`'))
      assert.ok(JSON.stringify(last).includes('"extra_content":{"google":{"thought_signature":"abc"}}'));
    if (quirk.name.startsWith('`reasoning'))
      assert.ok(JSON.stringify(last).includes(`"${quirk.name.slice(1, -1)}":"The user wants a place."`));
  });

test('the documentation has a line for every quirk', () => {
  const docs = readFileSync(new URL('../../../../docs/real-models.md', import.meta.url), 'utf8');
  for (const { name, handled } of [...quirks, ...textCallQuirks, ...conductQuirks])
    if (name !== 'plain') assert.ok(docs.includes(`| ${name.replaceAll('|', '\\|')} | ${handled} |`), name);
});

const failing = async (answer: Answer): Promise<{ fault: RequestFault; asked: number }> => {
  let asked = 0;
  const thrown = await played(() => {
    asked++;
    return answer;
  }).catch((reason: unknown) => reason);
  assert.ok(thrown instanceof RequestFault, String(thrown));
  return { fault: thrown, asked };
};

test('an error object that comes as a success is what it says', async () => {
  const limited = await failing({
    body: '{"error":{"message":"Rate limit exceeded upstream","code":429},"choices":null}',
  });
  assert.equal(limited.fault.kind, 'rate-limit');
  assert.match(limited.fault.said, /^429: Rate limit exceeded upstream$/);
});

test('what is no completion says what was expected and what came, and is not asked for twelve times', async () => {
  const page = await failing({ body: '<html>Welcome to nginx!</html>' });
  assert.equal(page.fault.kind, 'unreadable');
  assert.match(page.fault.said, /expected a chat completion.*Welcome to nginx/);
  assert.ok(page.asked <= 9, `${page.asked}`);
});

test('arguments that are empty are no arguments', async () => {
  for (const args of ['""', 'null']) {
    const call = `{"id":"c","function":{"name":"find","arguments":${args}}}`;
    const body = `{"choices":[{"message":{"tool_calls":[${call}]}}]}`;
    const { said } = await played(() => ({ body }));
    assert.equal(said[0]?.toolCalls[0]?.function.arguments, '{}');
  }
});
