/** What a judge is asked about a conversation that failed: who is at fault, and what kind of fault it is (tau-bench.md, section 10). */
import type { Turn } from '../../dialogue/turn.ts';

export interface FailedConversation {
  readonly task: string;
  readonly seed: number;
  /** The simulated user's instructions. */
  readonly instructions: readonly string[];
  /** Calls that lead to the goal; there may be other ways. */
  readonly expected: readonly { readonly tool: string; readonly arguments: unknown }[];
  /** What the agent had to tell the user; where there is something, that alone is shown, as in the original. */
  readonly outputs: readonly string[];
  readonly turns: readonly Turn[];
}

/** A question with lettered answers. */
export interface Choice<T extends string> {
  readonly question: string;
  readonly answers: readonly (readonly [value: T, words: string])[];
}

export const authors: Choice<'user' | 'agent' | 'environment'> = {
  question: `Who is at fault? The user is, if it did or asked for something that its instruction does not say. The agent is, if it made a call that was not right, or a right one with wrong arguments, or left out what was due. Anything else is the environment's fault.`,
  answers: [
    ['user', 'the user'],
    ['agent', 'the agent'],
    ['environment', 'the environment: neither user nor agent'],
  ],
};

export const kinds: Choice<
  'called_wrong_tool' | 'used_wrong_tool_argument' | 'goal_partially_completed' | 'other'
> = {
  question: 'The agent is at fault. Of what kind is the first thing that it did wrong?',
  answers: [
    ['called_wrong_tool', 'it called the wrong tool'],
    ['used_wrong_tool_argument', 'it called the right tool with a wrong argument'],
    ['goal_partially_completed', 'it reached a part of the goal only'],
    ['other', 'something else'],
  ],
};

const letters = 'ABCDEFGH';

const section = (title: string, text: string): string => `--- ${title} ---\n${text}\n`;

const lineOf = ({ speaker, visible, calls }: Turn): readonly string[] => [
  ...calls.map(
    ({ name, arguments: args, output }) => `Agent calls ${name} ${JSON.stringify(args)}\n  → ${output}`,
  ),
  ...visible.map(({ content }) => `${speaker === 'agent' ? 'Agent' : 'User'}: ${content ?? ''}`),
];

/** What is known of the conversation, then the question. */
export const diagnosisPrompt = <T extends string>(
  { instructions, expected, outputs, turns }: FailedConversation,
  { question, answers }: Choice<T>,
): string =>
  [
    'Below is a conversation between a service agent and a simulated user, which did not reach its goal.',
    section('What the user was told', instructions.join('\n')),
    outputs.length > 0
      ? section('What the agent had to tell the user', outputs.join('\n'))
      : section(
          'One way to the goal, as calls in order (none: nothing should have been done)',
          expected.map(({ tool, arguments: args }) => `${tool} ${JSON.stringify(args)}`).join('\n') || 'none',
        ),
    section('The conversation', turns.flatMap(lineOf).join('\n')),
    question,
    ...answers.map(([, words], i) => `${letters[i]}. ${words}`),
    `
Answer in exactly this form, and be brief: say only in what the conversation differs from the way to the goal.

Answer: <one letter>
Reason: <one or two sentences>`,
  ].join('\n');

/** The answer that a reply picks, and why; undefined if it picks none. */
export const pickedIn = <T extends string>(
  reply: string,
  { answers }: Choice<T>,
): { readonly picked: T; readonly reason: string } | undefined => {
  const letter = /^\W*answer\W+([a-h])\b/im.exec(reply)?.[1]?.toUpperCase();
  const picked = letter === undefined ? undefined : answers[letters.indexOf(letter)]?.[0];
  if (picked === undefined) return undefined;
  return { picked, reason: /^\W*reason\W*:\W*(.*)$/ims.exec(reply)?.[1]?.trim() ?? '' };
};
