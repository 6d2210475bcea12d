/** Has a model say of failed conversations who is at fault and, where that is the agent, of what kind the fault is. */
import { hash } from '../../base/random.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';
import { type Model, ModelError } from '../../models/model.ts';
import {
  authors,
  type Choice,
  diagnosisPrompt,
  type FailedConversation,
  kinds,
  pickedIn,
} from './prompts.ts';

export type Author = (typeof authors.answers)[number][0];
export type Kind = (typeof kinds.answers)[number][0];

export interface Diagnosis {
  readonly task: string;
  readonly seed: number;
  /** Null if the judge gave no answer that can be read. */
  readonly author: Author | null;
  readonly reason: string;
  /** Of an agent's fault; null if the judge gave no answer that can be read. */
  readonly kind?: Kind | null;
  readonly kindReason?: string;
  readonly usage: Usage;
}

/** How often one question is asked at most. */
const TRIES = 3;
const TOKENS = 1024;
/** Drawn at, when a judge is asked again: its likeliest answer would only repeat itself. */
const SECOND_TEMPERATURE = 0.5;

/**
 * @example const { author, kind } = await diagnose(judge, conversation, { seed: 1 });
 * @throws ModelError unless it is the judge's own doing, which leaves a question without an answer
 */
export const diagnose = async (
  judge: Model,
  conversation: FailedConversation,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<Diagnosis> => {
  let usage = noUsage;
  const ask = async <T extends string>(
    name: string,
    choice: Choice<T>,
  ): Promise<{ readonly picked: T | null; readonly reason: string }> => {
    const content = diagnosisPrompt(conversation, choice);
    let reply = '';
    for (let attempt = 1; attempt <= TRIES; attempt++)
      try {
        const [completion] = await judge.generate(
          {
            messages: [{ role: 'user', content }],
            tools: [],
            temperature: attempt === 1 ? 0 : SECOND_TEMPERATURE,
            maxTokens: TOKENS,
            seed: hash(seed, 'diagnose', name, conversation.task, conversation.seed, attempt),
            usable: ({ text }) => pickedIn(text ?? '', choice) !== undefined,
          },
          signal,
        );
        usage = addUsage(usage, completion!.usage);
        reply = completion!.text ?? '';
        const found = pickedIn(reply, choice);
        if (found) return found;
      } catch (thrown) {
        if (!(thrown instanceof ModelError) || thrown.fault !== 'agent') throw thrown;
        reply = thrown.message;
      }
    return { picked: null, reason: reply };
  };
  const { task } = conversation;
  const who = await ask('author', authors);
  const about = { task, seed: conversation.seed, author: who.picked, reason: who.reason };
  if (who.picked !== 'agent') return { ...about, usage };
  const what = await ask('kind', kinds);
  return { ...about, kind: what.picked, kindReason: what.reason, usage };
};

export interface DiagnosisCounts {
  readonly authors: Readonly<Record<Author | 'undecided', number>>;
  /** Of the faults that are the agent's. */
  readonly kinds: Readonly<Record<Kind | 'undecided', number>>;
}

export const countDiagnoses = (diagnoses: readonly Diagnosis[]): DiagnosisCounts => ({
  authors: counted(
    authors,
    diagnoses.map(({ author }) => author),
  ),
  kinds: counted(
    kinds,
    diagnoses.flatMap(({ author, kind }) => (author === 'agent' ? [kind ?? null] : [])),
  ),
});

const counted = <T extends string>(
  { answers }: Choice<T>,
  picked: readonly (T | null)[],
): Readonly<Record<T | 'undecided', number>> =>
  Object.fromEntries(
    [...answers.map(([value]) => value), null].map(value => [
      value ?? 'undecided',
      picked.filter(one => one === value).length,
    ]),
  ) as Record<T | 'undecided', number>;

/** In the layout of the original script's file, for tools that read it. */
export const diagnosisFile = (diagnoses: readonly Diagnosis[]): JsonObject => ({
  fault_assignment_analysis: diagnoses.flatMap(({ task, author, reason }) =>
    author === null ? [] : [{ task_id: task, author, description: reason }],
  ),
  fault_type_analysis: diagnoses.flatMap(({ task, kind, kindReason = '' }) =>
    kind ? [{ task_id: task, fault_type: kind, description: kindReason }] : [],
  ),
});
