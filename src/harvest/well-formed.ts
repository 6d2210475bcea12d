/**
 * Half of a surrogate pair, which a model can write and JavaScript can hold, is no Unicode: Python and the readers of data
 * sets break on it. In examples U+FFFD stands in its place.
 */
import { parseKeepingNumbers, replaceStrings } from '../base/json-numbers.ts';
import type { Message, ToolCall } from '../dialogue/message.ts';
import type { Example } from './examples.ts';

/** The very example, or a copy with lone surrogates replaced. */
export const wellFormed = (example: Example): Example => {
  if (example.kind === 'sft') {
    const messages = allWellFormed(example.messages);
    return messages === example.messages ? example : { ...example, messages };
  }
  const prompt = allWellFormed(example.prompt);
  if (example.kind === 'kto') {
    const completion = allWellFormed(example.completion);
    const same = prompt === example.prompt && completion === example.completion;
    return same ? example : { ...example, prompt, completion };
  }
  const [chosen, rejected] = [allWellFormed(example.chosen), allWellFormed(example.rejected)];
  const same = prompt === example.prompt && chosen === example.chosen && rejected === example.rejected;
  return same ? example : { ...example, prompt, chosen, rejected };
};

const allWellFormed = <Messages extends readonly Message[]>(messages: Messages): Messages => {
  const mended = messages.map(messageWellFormed);
  return mended.every((message, i) => message === messages[i]) ? messages : (mended as unknown as Messages);
};

const messageWellFormed = (message: Message): Message => {
  const texts = [message.content, message.role === 'assistant' ? message.reasoning : undefined];
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  const mendedCalls = calls.map(callWellFormed);
  if (texts.every(text => text?.isWellFormed() ?? true) && mendedCalls.every((call, i) => call === calls[i]))
    return message;
  if (message.role !== 'assistant') return { ...message, content: message.content.toWellFormed() };
  const { content, reasoning } = message;
  return {
    ...message,
    ...(typeof content === 'string' && { content: content.toWellFormed() }),
    ...(reasoning !== undefined && { reasoning: reasoning.toWellFormed() }),
    ...(calls.length > 0 && { tool_calls: mendedCalls }),
  };
};

/** In JSON text a half can also be written as an escape. */
const mayHoldHalves = /\\u[dD][89a-fA-F]/;

const callWellFormed = (call: ToolCall): ToolCall => {
  const text = call.function.arguments;
  if (text.isWellFormed() && !mayHoldHalves.test(text)) return call;
  const mended = mendedJson(text.toWellFormed());
  return mended === text ? call : { ...call, function: { ...call.function, arguments: mended } };
};

const mendedJson = (text: string): string => {
  let replaced = false;
  try {
    const value = replaceStrings(parseKeepingNumbers(text), each => {
      replaced ||= !each.isWellFormed();
      return each.toWellFormed();
    });
    return replaced ? JSON.stringify(value) : text;
  } catch {
    return text;
  }
};
