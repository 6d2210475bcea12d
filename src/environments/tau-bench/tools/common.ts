/** Tools that both domains have. */
import { reading, terminating } from './tool.ts';

/** Room to think: the thought is only in the call. */
export const think = reading('think', ['thought'], () => '');

export const transferToHumanAgents = terminating(
  'transfer_to_human_agents',
  ['summary'],
  () => 'Transfer successful',
);
