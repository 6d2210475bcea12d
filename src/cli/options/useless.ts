/** Options that mean nothing beside the others: whoever gave one meant something else, and is told before a run begins. */
import { JuxtaError } from '../../base/errors.ts';
import { definitionNamed, environmentNames } from '../../environments/registry.ts';
import { agentNamed, agentNames } from '../../players/registry.ts';

/** Whether an option stands on the command line; what a file says may be meant for another command. */
export type Given = (option: string) => boolean;

/** The options that decide about others. */
interface Deciding {
  readonly environment?: string;
  readonly rules?: string;
  readonly agent?: string;
  readonly eager?: boolean;
  readonly benchmark?: string;
}

interface Use {
  readonly option: string;
  /** As it is written. */
  readonly flag: string;
  readonly isUseful: (options: Deciding) => boolean;
  readonly instead: string;
}

const ofBenchmark = (option: string, flag: string): Use => ({
  option,
  flag,
  isUseful: ({ benchmark }) => benchmark !== undefined,
  instead: '--benchmark mt-bench',
});

const takesRules = (environment: string | undefined): boolean =>
  environmentNames.some(name => name === environment && 'rules' in definitionNamed(name).options.shape);

const erring = agentNames.filter(name => agentNamed(name).errs);

const uses: readonly Use[] = [
  {
    option: 'rules',
    flag: '--rules corrected',
    isUseful: ({ environment, rules }) => rules !== 'corrected' || takesRules(environment),
    instead: `--environment ${environmentNames.filter(takesRules).join(' or ')}`,
  },
  {
    option: 'errorRate',
    flag: '--error-rate',
    isUseful: ({ agent }) => agent !== undefined && erring.includes(agent),
    instead: `--agent ${erring.join(' or ')}`,
  },
  { option: 'wave', flag: '--wave', isUseful: ({ eager }) => eager === true, instead: '--eager' },
  ofBenchmark('questions', '--questions'),
  ofBenchmark('judgePrompts', '--judge-prompts'),
  ofBenchmark('references', '--references'),
  ofBenchmark('categories', '--categories'),
  ofBenchmark('baseline', '--baseline'),
  ofBenchmark('mode', '--mode'),
  ofBenchmark('judgeParse', '--judge-parse'),
];

/** @throws JuxtaError `bad-option` */
export const refuseUseless = (options: Deciding, given: Given): void => {
  const useless = uses.find(({ option, isUseful }) => given(option) && !isUseful(options));
  if (useless)
    throw new JuxtaError('bad-option', `${useless.flag} means nothing without ${useless.instead}`, {
      hint: `give ${useless.instead} too, or leave it out`,
    });
};
