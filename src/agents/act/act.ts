/**
 * The act agent (and, with thoughts, τ-bench's react): the model writes `Action:` and a JSON object, to call a tool
 * or to respond (tau-bench.md, section 9).
 *
 * `reference` is the protocol of the published results: only the last action counts, one that is no JSON is said to the
 * user as it stands, one without a name or arguments ends the line. `default` carries out every action of a reply up to
 * the first that speaks, and answers one that is malformed or cannot be executed with what was wrong.
 */
import { messageOf } from '../../base/errors.ts';
import { hash } from '../../base/random.ts';
import { type Message, toolCall } from '../../dialogue/message.ts';
import { addUsage, type CallRecord, noUsage, type Usage } from '../../dialogue/turn.ts';
import { type Tool, ToolCallError } from '../../environments/environment.ts';
import { type Agent, type AgentStep, type AgentView, OUT_OF_TRIES } from '../agent.ts';
import { type FunctionCallingOptions, singleRequests } from '../function-calling.ts';
import { thoughtsOf } from '../protocols/thoughts.ts';
import { actPrompt } from './prompt.ts';
import { type Action, actionsOf, referenceAction } from './replies.ts';

export interface ActOptions extends FunctionCallingOptions {
  /** True: a line of reasoning before each action. */
  readonly thoughts?: boolean;
}

/** @example act({ ...singleRequests, protocol: 'reference', thoughts: true }) */
export const act = (options: ActOptions = singleRequests): Agent<null> => ({
  name: options.thoughts ? 'act-thoughts' : 'act',
  memory: null,
  systemPrompt: (policy, tools) => promptFor(policy, tools, options.thoughts ?? false),
  step: async (model, view, signal) => {
    const internal: Message[] = [];
    const calls: CallRecord[] = [];
    let usage: Usage = noUsage;
    const ended = (end: Pick<AgentStep, 'status'> & Partial<AgentStep<null>>): AgentStep<null> => ({
      visible: [],
      internal,
      calls,
      usage,
      memory: null,
      ...end,
    });
    const system: Message = {
      role: 'system',
      content: promptFor(view.systemPrompt, view.tools, options.thoughts ?? false),
    };
    for (let request = 0; request < options.requestsPerStep; request++) {
      const [completion] = await model.generate(
        {
          messages: [system, ...view.internal, ...internal],
          tools: [],
          temperature: view.temperature,
          maxTokens: view.maxTokens,
          seed: hash(view.seed, request),
        },
        signal,
      );
      usage = addUsage(usage, completion!.usage);
      const reference = options.protocol === 'reference';
      if (reference && completion!.text === null)
        return ended({ status: 'gave-up', error: 'the reply has no text' });
      const reply = completion!.text ?? '';
      const said: Message = { role: 'assistant', content: reply, ...thoughtsOf(completion!) };
      const actions = reference ? [referenceAction(reply)] : actionsOf(reply);
      const outputs: Message[] = [];
      for (const [i, action] of actions.entries()) {
        if ('say' in action) {
          internal.push(said, ...outputs);
          return ended({ status: 'spoke', visible: [{ role: 'assistant', content: action.say }] });
        }
        if (reference && 'unsendable' in action) {
          internal.push(said);
          return ended({ status: 'spoke', error: action.wrong });
        }
        const outcome = await execute(action, view, calls, `call_${request}_${i}`);
        if (reference && 'wrong' in outcome) return ended({ status: 'gave-up', error: outcome.wrong });
        const output = 'wrong' in outcome ? `ERROR: ${outcome.wrong}` : outcome.output;
        outputs.push({ role: 'user', content: `API output: ${output}` });
      }
      internal.push(said, ...outputs);
    }
    if (!options.endsTurn) return ended({ status: 'acting' });
    const apology: Message = { role: 'assistant', content: OUT_OF_TRIES };
    if (options.protocol === 'default') internal.push(apology);
    return ended({ status: 'spoke', visible: [apology] });
  },
});

const prompts = new WeakMap<object, Map<string, string>>();

/** The system prompt is the same for all conversations of an environment, so it is written once. */
const promptFor = (policy: string, tools: readonly Tool[], thoughts: boolean): string => {
  const known = prompts.get(tools) ?? new Map<string, string>();
  prompts.set(tools, known);
  const key = `${thoughts} ${policy}`;
  const prompt = known.get(key) ?? actPrompt(policy, tools, thoughts);
  known.set(key, prompt);
  return prompt;
};

const execute = async (
  action: Exclude<Action, { readonly say: string }>,
  view: AgentView<null>,
  calls: CallRecord[],
  id: string,
): Promise<{ readonly output: string } | { readonly wrong: string }> => {
  if ('wrong' in action) return action;
  try {
    const record = await view.execute(toolCall(id, action.name, action.arguments));
    calls.push(record);
    return { output: record.output };
  } catch (thrown) {
    if (!(thrown instanceof ToolCallError)) throw thrown;
    return { wrong: messageOf(thrown) };
  }
};
