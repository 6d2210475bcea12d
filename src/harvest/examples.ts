import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';

/** Where in a forest an example comes from: enough to find its tree and its node again. */
export interface Source {
  readonly task: string;
  readonly taskType: string;
  /** The seed of the tree's search. */
  readonly seed: number;
  /** The node whose turn the example ends with. */
  readonly path: string;
  /** The reward of the whole tree. */
  readonly reward: number;
}

/** A whole conversation to imitate; the loss belongs on the assistant's messages. */
export interface SftExample {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly source?: Source;
}
/** One assistant message, and whether it is a desirable continuation of its prompt. */
export interface KtoExample {
  readonly prompt: readonly Message[];
  /** One assistant message. */
  readonly completion: readonly [Message];
  readonly label: boolean;
  readonly tools: readonly Tool[];
  readonly source?: Source;
  /** Present on a negative whose words a line that won also said, after the same prompt. */
  readonly contradicted?: true;
}
/** Two assistant messages that continue one prompt. */
export interface DpoExample {
  readonly prompt: readonly Message[];
  readonly chosen: readonly [Message];
  readonly rejected: readonly [Message];
  readonly tools: readonly Tool[];
  /** The path is the chosen one's. */
  readonly source?: Source;
  /** The node that said what was rejected. */
  readonly rejectedPath?: string;
  /** Present if a line that won also said what is rejected, after the same prompt. */
  readonly contradicted?: true;
}

/** Examples of one or more kinds, as a trainer takes them. */
export interface Dataset {
  readonly sft: readonly SftExample[];
  readonly kto: readonly KtoExample[];
  readonly dpo: readonly DpoExample[];
}

/** The kinds of examples. */
export type Kind = keyof Dataset;
export const kinds: readonly Kind[] = ['sft', 'kto', 'dpo'];

/** An example that says of what kind it is, so that all kinds can travel in one stream. */
export type Example =
  | ({ readonly kind: 'sft' } & SftExample)
  | ({ readonly kind: 'kto' } & KtoExample)
  | ({ readonly kind: 'dpo' } & DpoExample);

/** The messages before what the example teaches (of an SFT example: all but its last message). */
export const promptOf = (example: Example): readonly Message[] =>
  example.kind === 'sft' ? example.messages.slice(0, -1) : example.prompt;

/** The messages that an example teaches or judges. */
export const taughtBy = (example: Example): readonly Message[] => {
  if (example.kind === 'sft') return example.messages.filter(message => message.role === 'assistant');
  return example.kind === 'kto' ? example.completion : [...example.chosen, ...example.rejected];
};

/** Sorts a stream's examples by kind. */
export const datasetOf = (examples: Iterable<Example>): Dataset => {
  const dataset: { sft: SftExample[]; kto: KtoExample[]; dpo: DpoExample[] } = { sft: [], kto: [], dpo: [] };
  for (const example of examples) {
    if (example.kind === 'sft') dataset.sft.push(example);
    else if (example.kind === 'kto') dataset.kto.push(example);
    else dataset.dpo.push(example);
  }
  return dataset;
};
