/** `/v1/responses` as its two main clients use it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, streamText, tool } from 'ai';
import OpenAI from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { z } from 'zod';
import { toolCall } from '../dialogue/message.ts';
import { fakeModel, said } from '../models/testing/fake-model.ts';
import { type RunningServer, serve } from './server.ts';

/** Calls its first tool twice at once until it sees a result, then says what it saw. */
const clerk = fakeModel(
  ({ tools, messages, temperature, maxTokens }, seed) => {
    const [first] = tools;
    if (first && messages.at(-1)?.role !== 'tool') {
      const calls = ['north', 'south'].map(area =>
        toolCall(`call_${area}`, first.name, JSON.stringify({ area })),
      );
      return { ...said(null), toolCalls: calls, finishReason: 'tool-calls' };
    }
    return {
      ...said(`seen ${messages.length} at ${temperature} up to ${maxTokens} with ${seed}`),
      logProbability: -1.5,
      usage: { inputTokens: 7, outputTokens: 3, cachedTokens: 2 },
      ...(maxTokens === 1 && { finishReason: 'length' as const }),
    };
  },
  { id: 'embedded:clerk' },
);
const model = 'embedded:clerk';
const parameters = { type: 'object', properties: { area: { type: 'string' } } };
const searchHotel = {
  type: 'function',
  name: 'search_hotel',
  description: 'Finds.',
  parameters,
  strict: null,
} as const;

let server: RunningServer;
let client: OpenAI;
before(async () => {
  server = await serve({ models: [clerk] });
  client = new OpenAI({ baseURL: server.baseUrl, apiKey: 'none', maxRetries: 0 });
});
after(() => server.close());
const lastAsked = () => clerk.requests.at(-1)!;

describe('OpenAI’s client', () => {
  it('gets text, with instructions, sampling settings and usage', async () => {
    const response = await client.responses.create({
      model,
      instructions: 'Be brief.',
      input: 'hello',
      temperature: 0.5,
      max_output_tokens: 50,
      include: ['message.output_text.logprobs'],
      metadata: { for: 'a test' },
      ...{ seed: 4 },
    });
    assert.equal(response.output_text, 'seen 2 at 0.5 up to 50 with 4');
    assert.equal(response.status, 'completed');
    assert.deepEqual(response.metadata, { for: 'a test' });
    assert.deepEqual(response.usage, {
      input_tokens: 7,
      input_tokens_details: { cached_tokens: 2 },
      output_tokens: 3,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 10,
    });
    const [message] = response.output;
    assert.ok(message?.type === 'message' && message.content[0]?.type === 'output_text');
    assert.equal(message.content[0].logprobs?.[0]?.logprob, -1.5);
    assert.deepEqual(lastAsked().messages, [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ]);
  });

  it('calls functions, and sends the conversation back with their outputs', async () => {
    const question = { role: 'user', content: 'a hotel, please' } as const;
    const first = await client.responses.create({ model, input: [question], tools: [searchHotel] });
    const calls = first.output.filter(item => item.type === 'function_call');
    assert.deepEqual(
      calls.map(call => [call.name, call.arguments]),
      [
        ['search_hotel', '{"area":"north"}'],
        ['search_hotel', '{"area":"south"}'],
      ],
    );
    const outputs = calls.map(
      ({ call_id }) => ({ type: 'function_call_output', call_id, output: '[]' }) as const,
    );
    const second = await client.responses.create({
      model,
      input: [question, ...first.output, ...outputs] as OpenAI.Responses.ResponseInput,
      tools: [searchHotel],
      store: false,
    });
    assert.match(second.output_text, /^seen 4 /);
    assert.deepEqual(lastAsked().messages, [
      question,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          toolCall('call_north', 'search_hotel', '{"area":"north"}'),
          toolCall('call_south', 'search_hotel', '{"area":"south"}'),
        ],
      },
      { role: 'tool', tool_call_id: 'call_north', content: '[]' },
      { role: 'tool', tool_call_id: 'call_south', content: '[]' },
    ]);
  });

  it('goes on from a response by its id, without its instructions; gets it again, and has it forgotten', async () => {
    const first = await client.responses.create({ model, instructions: 'Be brief.', input: 'one' });
    const second = await client.responses.create({ model, input: 'two', previous_response_id: first.id });
    assert.equal(second.previous_response_id, first.id);
    assert.deepEqual(lastAsked().messages, [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: first.output_text },
      { role: 'user', content: 'two' },
    ]);
    assert.equal((await client.responses.retrieve(first.id)).output_text, first.output_text);
    await client.responses.delete(first.id);
    await assert.rejects(async () => client.responses.retrieve(first.id), /404/);
    await assert.rejects(
      async () => client.responses.create({ model, input: 'three', previous_response_id: first.id }),
      (thrown: unknown) =>
        thrown instanceof OpenAI.BadRequestError &&
        thrown.code === 'previous_response_not_found' &&
        thrown.param === 'previous_response_id' &&
        /remembers its latest 1000 responses/.test(thrown.message),
    );
  });

  it('streams text as events in their order', async () => {
    const stream = client.responses.stream({ model, input: 'hello', max_output_tokens: 9, ...{ seed: 4 } });
    const events: ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    const kinds = events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
    assert.deepEqual(kinds, [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    assert.deepEqual(
      events.map(event => event.sequence_number),
      events.map((_, i) => i),
    );
    const { output_text: text } = await stream.finalResponse();
    assert.equal(text, 'seen 1 at 1 up to 9 with 4');
    assert.equal(
      events.flatMap(each => (each.type === 'response.output_text.delta' ? [each.delta] : [])).join(''),
      text,
    );
  });

  it('streams function calls', async () => {
    const stream = client.responses.stream({ model, input: 'hello', tools: [searchHotel] });
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    const call = [
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
    ];
    assert.deepEqual(types, [
      'response.created',
      'response.in_progress',
      ...call,
      ...call,
      'response.completed',
    ]);
    const { output } = await stream.finalResponse();
    assert.deepEqual(
      output.map(item => item.type === 'function_call' && item.arguments),
      ['{"area":"north"}', '{"area":"south"}'],
    );
  });

  it('is told of an answer that was cut off', async () => {
    const asked = { model, input: 'hello', max_output_tokens: 1 };
    const response = await client.responses.create(asked);
    assert.equal(response.status, 'incomplete');
    assert.equal(response.incomplete_details?.reason, 'max_output_tokens');
    const types: string[] = [];
    for await (const { type } of await client.responses.create({ ...asked, stream: true })) types.push(type);
    assert.equal(types.at(-1), 'response.incomplete');
  });

  it('gets status, field and code of what cannot be done', async () => {
    const image = { type: 'input_image', image_url: 'data:,', detail: 'auto' } as const;
    const cases: readonly (readonly [object, number, string])[] = [
      [{ model: 'gpt-9', input: 'x' }, 404, 'model'],
      [{ model }, 400, 'input'],
      [{ model, input: [] }, 400, 'input'],
      [{ model, input: [{ type: 'reasoning', id: 'r', summary: [] }] }, 400, 'input'],
      [{ model, input: [{ role: 'robot', content: 'x' }] }, 400, 'input[0].role'],
      [{ model, input: [{ role: 'user', content: [image] }] }, 400, 'input[0].content[0].type'],
      [{ model, input: [{ type: 'item_reference', id: 'msg_gone' }] }, 400, 'input'],
      [{ model, input: 'x', temperature: 3 }, 400, 'temperature'],
      [{ model, input: 'x', tools: [{ type: 'web_search' }] }, 400, 'tools[0].type'],
      [{ model, input: 'x', tool_choice: 'required' }, 400, 'tool_choice'],
      [{ model, input: 'x', conversation: 'conv_1' }, 400, 'conversation'],
      [{ model, input: 'x', prompt: { id: 'p' } }, 400, 'prompt'],
    ];
    for (const [body, status, param] of cases)
      await assert.rejects(
        async () => client.responses.create(body as OpenAI.Responses.ResponseCreateParamsNonStreaming),
        (thrown: unknown) => {
          assert.ok(thrown instanceof OpenAI.APIError);
          assert.deepEqual([thrown.status, thrown.param], [status, param], JSON.stringify(body));
          return true;
        },
      );
  });

  it('is told which settings have no effect', async () => {
    const { response } = await client.responses
      .create({
        model,
        input: 'x',
        top_p: 0.5,
        reasoning: { effort: 'low' },
        text: { format: { type: 'json_object' } },
        truncation: 'disabled',
      })
      .withResponse();
    assert.equal(response.headers.get('x-juxta-ignored'), 'top_p, reasoning, text.format');
  });
});

describe('the AI SDK', () => {
  const askedAreas: string[] = [];
  const tools = {
    search_hotel: tool({
      description: 'Finds.',
      inputSchema: z.object({ area: z.string() }),
      execute: ({ area }) => {
        askedAreas.push(area);
        return [];
      },
    }),
  };
  const sdkModel = () => createOpenAI({ baseURL: server.baseUrl, apiKey: 'none' })(model);

  it('loops over tools to a text, naming what the server remembers', async () => {
    askedAreas.length = 0;
    const { text, steps, warnings } = await generateText({
      model: sdkModel(),
      instructions: 'Be brief.',
      prompt: 'a hotel, please',
      tools,
      temperature: 0,
      stopWhen: isStepCount(3),
    });
    assert.match(text, /^seen 5 at 0 /);
    assert.equal(steps.length, 2);
    assert.deepEqual(askedAreas, ['north', 'south']);
    assert.deepEqual(warnings ?? [], []);
    assert.deepEqual(
      lastAsked().messages.map(({ role }) => role),
      ['system', 'user', 'assistant', 'tool', 'tool'],
    );
  });

  it('streams the same', async () => {
    askedAreas.length = 0;
    const result = streamText({ model: sdkModel(), prompt: 'a hotel', tools, stopWhen: isStepCount(3) });
    const kinds = new Set<string>();
    for await (const { type } of result.fullStream) kinds.add(type);
    assert.match(await result.text, /^seen 4 /);
    assert.deepEqual(askedAreas, ['north', 'south']);
    assert.ok(!kinds.has('error') && kinds.has('text-delta') && kinds.has('tool-input-delta'));
    assert.equal((await result.totalUsage).inputTokens, 17);
  });
});
