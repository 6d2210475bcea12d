/** `POST /v1/chat/completions`: tools, `n`, `seed`, `logprobs` and streaming. */
import type { Tool } from '../environments/environment.ts';
import { type App, route } from '../http/app.ts';
import { jsonText } from '../http/body.ts';
import { chatCompletion, chunks, newHead } from './chat-answer.ts';
import { parseChatRequest } from './chat-request.ts';
import { eventStream } from './event-stream.ts';
import type { FindModel } from './models.ts';

export const addChat = (app: App, find: FindModel, tools: ReadonlyMap<string, Tool>): void =>
  route(app, '/v1/chat/completions', {
    POST: async context => {
      const asked = parseChatRequest(await jsonText(context.req), tools);
      const model = find(asked.model);
      const completions = await model.generate(asked.request, context.req.raw.signal);
      if (asked.ignored.length > 0) context.header('x-juxta-ignored', asked.ignored.join(', '));
      const head = newHead(model.id);
      if (!asked.stream) return context.json(chatCompletion(head, completions, asked.logProbabilities));
      const events = [...chunks(head, completions, asked)].map(chunk => ({ data: JSON.stringify(chunk) }));
      return eventStream(context, [...events, { data: '[DONE]' }]);
    },
  });
