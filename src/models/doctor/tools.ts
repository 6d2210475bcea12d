/** Whether the model calls tools, in which dress, several at once, and whether it takes results back. */
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { RequestFault } from '../fault.ts';
import type { Completion } from '../model.ts';
import { parserOfDress, toolParserOf } from '../text-calls/parsers.ts';
import { readTextCalls } from '../text-calls/read.ts';
import { type Finding, finding } from './finding.ts';
import type { Patient } from './patient.ts';

const tools: readonly Tool[] = [
  {
    name: 'get_weather',
    description: 'Tells the weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'name of the city' } },
      required: ['city'],
    },
    mutating: false,
  },
];

const conversation: readonly Message[] = [
  { role: 'system', content: 'Use your tools. Look up all cities that the user names at once.' },
  { role: 'user', content: 'What is the weather in Graz and in Linz?' },
];
const ROOM = 512;
const TEXT_CALLS = { options: ['--tool-calls text'] };

export const toolUse = async (patient: Patient): Promise<readonly Finding[]> => {
  try {
    const [completion] = await patient.ask({
      messages: conversation,
      tools,
      temperature: 0,
      maxTokens: ROOM,
    });
    const called = calling(completion!, patient.model);
    const calls = completion!.toolCalls.length;
    if (calls === 0) return [called, reasoning(completion!)];
    return [
      called,
      calls > 1
        ? finding('parallel calls', 'yes', `${calls} calls in one reply`)
        : finding('parallel calls', 'no', 'one call in a reply, though two were due'),
      await results(patient, completion!),
      reasoning(completion!),
    ];
  } catch (thrown) {
    if (!(thrown instanceof RequestFault)) throw thrown;
    const advice = thrown.advice ? `; ${thrown.advice}` : '';
    return [finding('tools', 'no', `${thrown.said}${advice}`, TEXT_CALLS)];
  }
};

const calling = ({ text, toolCalls, finishReason }: Completion, model: string): Finding => {
  if (toolCalls.length > 0) return finding('tools', 'yes', 'it calls tools');
  const written = readTextCalls(text ?? '', tools);
  if (written) {
    const { name } = written.dress;
    const parser = parserOfDress(name) ?? toolParserOf(model);
    const server = parser ? ` (vLLM: --tool-call-parser ${parser})` : '';
    return finding(
      'tools',
      'limited',
      `it calls in its text, as ${name}: start the server with its tool parser${server}`,
      TEXT_CALLS,
    );
  }
  return finishReason === 'length'
    ? finding('tools', 'unknown', `it had not called within ${ROOM} tokens`)
    : finding('tools', 'no', 'it did not call, though it should have', TEXT_CALLS);
};

/** A call and its result as history, which strict servers and templates may refuse. */
const results = async (patient: Patient, completion: Completion): Promise<Finding> => {
  const { toolCalls, reasoning: thought, extra } = completion;
  const turn: readonly Message[] = [
    {
      role: 'assistant',
      content: null,
      tool_calls: toolCalls,
      ...(thought !== undefined && { reasoning: thought }),
      ...(extra && { extra }),
    },
    ...toolCalls.map(({ id }): Message => ({ role: 'tool', tool_call_id: id, content: 'sunny' })),
  ];
  try {
    await patient.ask({ messages: [...conversation, ...turn], tools, maxTokens: ROOM });
    return finding('results of tools', 'yes', 'it takes them');
  } catch (thrown) {
    if (!(thrown instanceof RequestFault)) throw thrown;
    return finding('results of tools', 'no', thrown.said, TEXT_CALLS);
  }
};

const reasoning = ({ reasoning: thought, usage }: Completion): Finding => {
  const tokens = usage.reasoningTokens;
  if (thought === undefined && !tokens) return finding('reasoning', 'no', 'it shows none');
  const count = tokens ? `${tokens} tokens` : `${thought!.length} characters`;
  return finding('reasoning', 'yes', `it thinks before it answers (${count})`, {
    options: ['--reply-tokens 4096'],
  });
};
