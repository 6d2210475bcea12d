/** `juxta import`: a task file from recorded conversations. */
import { BadInputError, JuxtaError } from '../base/errors.ts';
import type { Tool } from '../environments/environment.ts';
import { type Recorded, readConversations } from '../environments/recorded/conversations.ts';
import { type Redaction, redact } from '../environments/recorded/redact.ts';
import { type LeftOut, leaksIn, type RecordedTask, taskFrom } from '../environments/recorded/tasks.ts';
import type { Model } from '../models/model.ts';

export interface ImportOptions {
  /** Of the environment that the tasks are for. */
  readonly tools?: readonly Tool[];
  /** `mutating` needs `tools`. */
  readonly goals: 'all' | 'mutating';
  /** Writes the instructions; without it they are the user's lines. */
  readonly model?: Model;
  readonly redact: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Imported {
  readonly tasks: readonly RecordedTask[];
  readonly conversations: number;
  readonly leftOut: readonly LeftOut[];
  readonly replaced?: Redaction['replaced'];
}

/**
 * @throws BadInputError naming file, line and field of what is no conversation; JuxtaError `bad-option`; ModelError
 */
export const importTasks = async (file: string, options: ImportOptions): Promise<Imported> => {
  const { tools, goals, model, signal, onProgress } = options;
  if (goals === 'mutating' && !tools)
    throw new JuxtaError('bad-option', 'which tools write is known of an environment alone', {
      hint: 'name it: --environment ./returns.ts',
    });
  const read = readConversations(file);
  const redaction = options.redact ? redact(read) : undefined;
  const conversations = redaction?.conversations ?? read;
  const tasks: RecordedTask[] = [];
  const leftOut: LeftOut[] = [];
  for (const [i, conversation] of conversations.entries()) {
    onProgress?.(i, conversations.length);
    const made = taskFrom(conversation, { goals, ...(tools && { tools }) });
    leftOut.push(...made.leftOut);
    if (!made.task) continue;
    const written = model && (await instructionsBy(model, conversation, signal));
    if (written && 'reason' in written) leftOut.push({ where: conversation.where, reason: written.reason });
    else tasks.push({ ...made.task, ...written });
  }
  onProgress?.(conversations.length, conversations.length);
  if (tasks.length === 0)
    throw new BadInputError(file, 'no task could be made of it', {
      hint: leftOut[0] ? `for example ${leftOut[0].where}: ${leftOut[0].reason}` : 'it holds no conversation',
    });
  return {
    tasks,
    conversations: conversations.length,
    leftOut,
    ...(redaction && { replaced: redaction.replaced }),
  };
};

/** How often a model may write instructions that give nothing away. */
const TRIES = 3;

const brief = `Below is a recorded conversation between a user and an agent. Write the instructions that the user must have had before it began: who they are, what they want, what they know and what they prefer. Write to the user as "you", in two to six plain sentences. Put in everything that the user says of their own accord, with the same names, numbers and dates. Leave out whatever the user learns only from the agent. Write the instructions alone.`;

/** @returns the reason why there are none, if all that the model wrote gives away what the agent has to find out */
const instructionsBy = async (
  model: Model,
  conversation: Recorded,
  signal: AbortSignal | undefined,
): Promise<{ readonly instructions: string } | { readonly reason: string }> => {
  let leaked: readonly string[] = [];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const warning =
      leaked.length > 0 ? `\n\nThe user does not know this and must not be told: ${leaked.join(', ')}.` : '';
    const [reply] = await model.generate(
      {
        messages: [
          { role: 'system', content: brief + warning },
          { role: 'user', content: transcriptOf(conversation) },
        ],
        tools: [],
        temperature: attempt === 0 ? 0 : 0.7,
        maxTokens: 600,
        seed: attempt,
      },
      signal,
    );
    const instructions = reply?.text?.trim() ?? '';
    if (instructions === '') continue;
    leaked = leaksIn(instructions, conversation);
    if (leaked.length === 0) return { instructions };
  }
  return {
    reason:
      leaked.length > 0
        ? `the written instructions give away what the agent only finds out: ${leaked.join(', ')}`
        : 'the model wrote no instructions',
  };
};

const transcriptOf = ({ events }: Recorded): string =>
  events
    .map(event =>
      event.kind === 'call'
        ? `[the agent calls ${event.tool} ${JSON.stringify(event.arguments)}: ${event.result ?? 'no result'}]`
        : `${event.kind === 'user' ? 'User' : 'Agent'}: ${event.text}`,
    )
    .join('\n');
