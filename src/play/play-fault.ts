import { messageOf } from '../base/errors.ts';
import { type Cause, noUsage, type Turn } from '../dialogue/turn.ts';
import { environmentFault } from '../environments/environment.ts';

/** A conversation could not be begun or judged. Its line ends with this cause, which says nothing about the agent. */
export class PlayFault extends Error {
  override readonly name = 'PlayFault';
  readonly ends: Cause;
  constructor(ends: Cause, thrown: unknown) {
    super(messageOf(thrown), { cause: thrown });
    this.ends = ends;
  }
}

/** The agent's turn is over, and what it said cannot be sent to the user: the agent's doing, found out by the user's step. */
export class UnsendableReply extends Error {
  override readonly name = 'UnsendableReply';
}

/** Asks the environment. @throws PlayFault `environment-fault` if it throws */
export const asking = <T>(environment: () => T): T => {
  try {
    return environment();
  } catch (thrown) {
    throw new PlayFault('environment-fault', environmentFault(thrown));
  }
};

/** Does what may end as a fault. @returns what it gives, or the fault; anything else is thrown on */
export const orFault = <T>(work: () => T): T | PlayFault => {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof PlayFault) return thrown;
    throw thrown;
  }
};

/** Stands in a conversation for what failed. */
export const faultTurn = (error: string): Turn => ({
  speaker: 'user',
  visible: [],
  internal: [],
  calls: [],
  usage: noUsage,
  error,
});
