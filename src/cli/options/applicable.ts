/** Options that apply only together with others: whoever gave one alone meant something else, and hears it before a run begins. */
import { JuxtaError } from '../../base/errors.ts';
import { erringAgents } from '../../players/registry.ts';
import type { Given } from '../commands/command.ts';

/** The options that decide about others. */
interface Deciding {
  readonly agent?: string;
  readonly eager?: boolean;
  readonly benchmark?: string | undefined;
}

interface Dependence {
  readonly option: string;
  /** As it is written. */
  readonly flag: string;
  readonly applies: (options: Deciding) => boolean;
  readonly instead: string;
}

const ofBenchmark = (option: string, flag: string): Dependence => ({
  option,
  flag,
  applies: ({ benchmark }) => benchmark !== undefined,
  instead: '--benchmark mt-bench',
});

const dependences: readonly Dependence[] = [
  {
    option: 'errorRate',
    flag: '--error-rate',
    applies: ({ agent }) => agent !== undefined && erringAgents.includes(agent),
    instead: `--agent ${erringAgents.join(' or ')}`,
  },
  { option: 'wave', flag: '--wave', applies: ({ eager }) => eager === true, instead: '--eager' },
  ofBenchmark('questions', '--questions'),
  ofBenchmark('judgePrompts', '--judge-prompts'),
  ofBenchmark('references', '--references'),
  ofBenchmark('categories', '--categories'),
  ofBenchmark('baseline', '--baseline'),
  ofBenchmark('mode', '--mode'),
  ofBenchmark('judgeParse', '--judge-parse'),
];

/** @throws JuxtaError `bad-option` */
export const refuseInapplicable = (options: object, given: Given): void => {
  const inapplicable = dependences.find(
    ({ option, applies }) => given(option) && !applies(options as Deciding),
  );
  if (inapplicable)
    throw new JuxtaError('bad-option', `${inapplicable.flag} means nothing without ${inapplicable.instead}`, {
      hint: `give ${inapplicable.instead} too, or leave it out`,
    });
};
