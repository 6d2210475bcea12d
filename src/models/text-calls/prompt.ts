/** Tools, calls and results in words, for endpoints that take none of them in a request. */
import type { AssistantMessage, Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import type { GenerateRequest } from '../model.ts';

/** The request as one without tools: they are described in the system prompt, calls and results become text. */
export const inWords = <R extends GenerateRequest>(request: R): R => ({
  ...request,
  tools: [],
  messages: withTools(conversationInWords(request.messages), request.tools),
});

const prompts = new WeakMap<readonly Tool[], string>();

const toolPrompt = (tools: readonly Tool[]): string => {
  const known = prompts.get(tools);
  if (known !== undefined) return known;
  const list = tools.map(({ name, description, parameters }) =>
    JSON.stringify({ type: 'function', function: { name, description, parameters } }),
  );
  const prompt = `# Tools

You can call these functions:
<tools>
${list.join('\n')}
</tools>

To call one, answer with nothing but its name and its arguments as a JSON object, between <tool_call> and </tool_call>:
<tool_call>
{"name": "the function", "arguments": {"parameter": "value"}}
</tool_call>
What it returns will be sent to you between <tool_response> and </tool_response>. Anything else that you write is said to the user.`;
  prompts.set(tools, prompt);
  return prompt;
};

const withTools = (messages: readonly Message[], tools: readonly Tool[]): readonly Message[] => {
  const [first, ...rest] = messages;
  return first?.role === 'system'
    ? [{ role: 'system', content: `${first.content}\n\n${toolPrompt(tools)}` }, ...rest]
    : [{ role: 'system', content: toolPrompt(tools) }, ...messages];
};

/** Results that follow one another become one message, since some templates want user and assistant to take turns. */
const conversationInWords = (messages: readonly Message[]): readonly Message[] => {
  const said: Message[] = [];
  let afterResult = false;
  for (const message of messages) {
    if (message.role === 'tool') {
      const content = `<tool_response>\n${message.content}\n</tool_response>`;
      const before = afterResult ? said.pop() : undefined;
      said.push({ role: 'user', content: before ? `${before.content}\n${content}` : content });
    } else said.push(message.role === 'assistant' ? callsInWords(message) : message);
    afterResult = message.role === 'tool';
  }
  return said;
};

const callsInWords = (message: AssistantMessage): AssistantMessage => {
  const { tool_calls = [], content, ...rest } = message;
  if (tool_calls.length === 0) return message;
  const calls = tool_calls.map(
    ({ function: { name, arguments: args } }) =>
      `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${args}}\n</tool_call>`,
  );
  return { ...rest, content: [...(content ? [content] : []), ...calls].join('\n') };
};
