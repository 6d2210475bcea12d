/** `/v1/responses`: text, functions, streaming, and going on from a response that is still remembered. */
import type { Tool } from '../environments/environment.ts';
import { type App, route } from '../http/app.ts';
import { jsonText } from '../http/body.ts';
import { eventStream } from './event-stream.ts';
import type { FindModel } from './models.ts';
import { type Answer, eventsOf, type OutputItem, responseOf } from './response-answer.ts';
import { conversationOf, type InputItem } from './response-input.ts';
import { type Remembered, type ResponseMemory, responseMemory } from './response-memory.ts';
import { parseResponseRequest, type ResponseRequest } from './response-request.ts';

export const addResponses = (
  app: App,
  find: FindModel,
  tools: ReadonlyMap<string, Tool>,
  memory: ResponseMemory = responseMemory(),
): void => {
  route(app, '/v1/responses', {
    POST: async context => {
      const parsed = parseResponseRequest(await jsonText(context.req), tools, memory);
      const model = find(parsed.model);
      const [completion] = await model.generate(parsed.request, context.req.raw.signal);
      const answer = responseOf(model.id, completion!, parsed.asked, parsed.logProbabilities);
      if (parsed.asked.store) memory.remember(rememberedOf(answer, parsed));
      if (parsed.ignored.length > 0) context.header('x-juxta-ignored', parsed.ignored.join(', '));
      return parsed.stream ? eventStream(context, eventsOf(answer)) : context.json(answer);
    },
  });
  route(app, '/v1/responses/:id', {
    GET: context => context.json(memory.response(context.req.param('id') ?? '')),
    DELETE: context => {
      const id = context.req.param('id') ?? '';
      memory.forget(id);
      return context.json({ id, object: 'response', deleted: true });
    },
  });
};

const rememberedOf = (answer: Answer, { conversation }: ResponseRequest): Remembered => {
  const items = answer.output.map(inputItemOf);
  return {
    id: answer.id,
    response: answer,
    conversation: [...conversation, ...conversationOf(items)],
    items: new Map(answer.output.map(({ id }, i) => [id, items[i]!])),
  };
};

/** What the model wrote, as a client would send it back. */
const inputItemOf = (item: OutputItem): InputItem =>
  item.type === 'message'
    ? { type: 'message', role: 'assistant', content: item.content.map(({ text }) => text).join('') }
    : { type: 'function_call', call_id: item.call_id, name: item.name, arguments: item.arguments };
