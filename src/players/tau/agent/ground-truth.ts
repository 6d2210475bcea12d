import type { Agent, AgentStep, AgentView } from '../../../agents/agent.ts';
import { random } from '../../../base/random.ts';
import { isJsonObject, type Json } from '../../../dialogue/json.ts';
import { type AssistantMessage, type Message, toolCall } from '../../../dialogue/message.ts';
import { type CallRecord, noUsage } from '../../../dialogue/turn.ts';
import { type Duty, nextMove } from './policy.ts';

export interface GroundTruthOptions {
  /** How often a move goes wrong, from 0 to 1 (default 0). */
  readonly errorRate?: number;
  /** Whether a step is a whole turn (default) or a single move, as of a model that is asked once a step. */
  readonly pace?: 'turns' | 'requests';
}

/** The line that is being answered, and how many calls were made for it. */
export interface GroundTruthMemory {
  readonly line: number;
  readonly made: number;
}

interface Line extends Duty {
  readonly line: number;
}

/** What the script user meant by its last line. */
const lineOf = (meaning: Json | undefined): Line =>
  isJsonObject(meaning) && typeof meaning.line === 'number'
    ? (meaning as unknown as Line)
    : { line: -1, actions: [], outputs: [] };

const step = async (
  view: AgentView<GroundTruthMemory>,
  { errorRate = 0, pace = 'turns' }: GroundTruthOptions,
): Promise<AgentStep<GroundTruthMemory>> => {
  const duty = lineOf(view.meaning);
  const draws = random(view.seed, 'ground-truth');
  const internal: Message[] = [];
  const calls: CallRecord[] = [];
  let made = duty.line === view.memory.line ? view.memory.made : 0;
  const done = (status: 'spoke' | 'acting', visible: readonly Message[]): AgentStep<GroundTruthMemory> => ({
    status,
    visible,
    internal,
    calls,
    usage: noUsage,
    memory: { line: duty.line, made },
  });
  for (;;) {
    const move = nextMove(duty, made, draws, errorRate);
    if ('text' in move) {
      const speech: AssistantMessage = { role: 'assistant', content: move.text };
      internal.push(speech);
      return done('spoke', [speech]);
    }
    const call = toolCall(`call_${view.seed}_${made++}`, move.call.name, move.call.arguments);
    const record = await view.execute(call);
    calls.push(record);
    internal.push(
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: call.id, content: record.output },
    );
    if (pace === 'requests') return done('acting', []);
  }
};

/**
 * An agent that plays a τ-bench task's ground truth to the `script` user, which tells it what each line means. It needs no
 * model. Deterministic in the view's seed.
 *
 * @example groundTruthAgent({ errorRate: 0.3 })
 */
export const groundTruthAgent = (options: GroundTruthOptions = {}): Agent<GroundTruthMemory> => ({
  name: 'ground-truth',
  memory: { line: -1, made: 0 },
  step: (_model, view) => step(view, options),
});
