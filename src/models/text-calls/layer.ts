/** `--tool-calls text`: calls that a model writes into its text are read there. */
import { type ToolCall, toolCall } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { RequestFault } from '../fault.ts';
import type { Observe } from '../layers/events.ts';
import type { Completion, Model } from '../model.ts';
import { inWords } from './prompt.ts';
import { readTextCalls } from './read.ts';

/** So many replies without any call show that none will come. */
const TALK_ONLY = 10;

const NO_TOOLS =
  /enable-auto-tool-choice|tool-call-parser|--jinja|(not|n't) support.{0,12} (tool|function)|(tool|function)s?.{0,20} (is|are)? ?(not|n't) (supported|allowed|available|enabled)|(unknown|unrecognized|unexpected|extra|unsupported).{0,60}\btools\b|\btools\b.{0,40}(not permitted|unsupported|unknown|unexpected|not supported)/i;

/**
 * Sends tools as the endpoint takes them, or, once it has refused any, describes them in the prompt; and reads calls out
 * of the text of its replies. A model that only talks is told of, once.
 */
export const readingTextCalls = (model: Model, observe?: Observe): Model => {
  let takesTools = true;
  let replies = 0;
  let everCalled = false;

  const notice = (completion: Completion): void => {
    replies++;
    everCalled ||= completion.toolCalls.length > 0;
    if (!everCalled && replies === TALK_ONLY)
      observe?.({
        type: 'warning',
        model: model.id,
        text: `${model.id}: none of its first ${TALK_ONLY} replies holds a tool call, as text or otherwise: it may not know how to call tools`,
      });
  };

  return {
    id: model.id,
    generate: async (request, signal) => {
      const { tools } = request;
      if (tools.length === 0) return model.generate(request, signal);
      const ask = (): Promise<readonly Completion[]> =>
        model.generate(takesTools ? request : inWords(request), signal);
      const completions = await ask().catch((thrown: unknown) => {
        const refused = thrown instanceof RequestFault && thrown.kind === 'refused';
        if (!refused || !NO_TOOLS.test(thrown.said)) throw thrown;
        if (takesTools)
          observe?.({
            type: 'warning',
            model: model.id,
            text: `${model.id}: it takes no tools: they are put into the prompt`,
          });
        takesTools = false;
        return ask();
      });
      return completions.map(completion => {
        const read = withCalls(completion, tools, dress =>
          observe?.({ type: 'text-call', model: model.id, kind: dress }),
        );
        notice(read);
        return read;
      });
    },
  };
};

/** The completion with the calls of its text; as it is, if it holds none that can be read. */
const withCalls = (
  completion: Completion,
  tools: readonly Tool[],
  tell: (dress: string) => void,
): Completion => {
  if (completion.toolCalls.length > 0 || !completion.text || completion.finishReason === 'length')
    return completion;
  const read = readTextCalls(completion.text, tools);
  if (!read || read.calls.length === 0) return completion;
  tell(read.dress.name);
  const toolCalls = read.calls.map(
    ({ name, arguments: args }, i): ToolCall => toolCall(`call_${i}`, name, args),
  );
  return { ...completion, text: read.text || null, toolCalls, finishReason: 'tool-calls' };
};
