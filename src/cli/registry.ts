/**
 * The commands, one entry each. What a command is made of is loaded when it is called: `juxta --help` loads none of it, and a
 * wrong option is told before anything that works is loaded.
 */
import type { Action, CommandDefinition } from './commands/command.ts';

export interface CommandEntry {
  /** `data pull` is the command `pull` of `data`. */
  readonly name: string;
  readonly about: string;
  readonly group: string;
  definition(): Promise<{ readonly command: CommandDefinition }>;
  /** Its options are those of the definition. */
  action(): Promise<{ readonly action: Action<never> }>;
}

const own = 'Your own agent:';
const loop = 'The loop:';
const project = 'What came out:';
/** `help` stands among them. */
export const others = 'Servers, data, checks:';

export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    about: 'write a small environment that works: tools, tasks, configuration',
    group: own,
    definition: () => import('./commands/init.ts'),
    action: () => import('./actions/init.ts'),
  },
  {
    name: 'check',
    about: 'look at an environment as a careful colleague would: tools, tasks, goals, forks',
    group: own,
    definition: () => import('./commands/check.ts'),
    action: () => import('./actions/check.ts'),
  },
  {
    name: 'play',
    about: 'hold a conversation at the terminal, as the user or as the agent',
    group: own,
    definition: () => import('./commands/play.ts'),
    action: () => import('./actions/play.ts'),
  },
  {
    name: 'import',
    about: 'make tasks of conversations that you have recorded',
    group: own,
    definition: () => import('./commands/import.ts'),
    action: () => import('./actions/import.ts'),
  },
  {
    name: 'selftrain',
    about: 'the whole loop: roll out, harvest, train, evaluate; for some rounds',
    group: loop,
    definition: () => import('./commands/selftrain.ts'),
    action: () => import('./actions/selftrain.ts'),
  },
  {
    name: 'rollout',
    about: 'search conversation trees over many tasks and store them',
    group: loop,
    definition: () => import('./commands/rollout.ts'),
    action: () => import('./actions/rollout.ts'),
  },
  {
    name: 'export',
    about: 'turn the trees of a run into training data',
    group: loop,
    definition: () => import('./commands/export.ts'),
    action: () => import('./actions/export.ts'),
  },
  {
    name: 'train',
    about: 'train a model on exported data',
    group: loop,
    definition: () => import('./commands/train.ts'),
    action: () => import('./actions/train.ts'),
  },
  {
    name: 'evaluate',
    about: 'play tasks, greedily and sampled, and measure',
    group: loop,
    definition: () => import('./commands/evaluate.ts'),
    action: () => import('./actions/evaluate.ts'),
  },
  {
    name: 'compare',
    about: 'compare two evaluations: what changed, and how sure that is',
    group: project,
    definition: () => import('./commands/compare.ts'),
    action: () => import('./actions/compare.ts'),
  },
  {
    name: 'diagnose',
    about: 'have a model say who is at fault in the failed conversations of an evaluation, and how',
    group: project,
    definition: () => import('./commands/diagnose.ts'),
    action: () => import('./actions/diagnose.ts'),
  },
  {
    name: 'runs',
    about: 'list the runs of a project: how they stand, what came out, how to go on',
    group: project,
    definition: () => import('./commands/runs.ts'),
    action: () => import('./actions/runs.ts'),
  },
  {
    name: 'report',
    about: 'make report.html of a self-training run anew, and print its figures',
    group: project,
    definition: () => import('./commands/report.ts'),
    action: () => import('./actions/report.ts'),
  },
  {
    name: 'copy',
    about: 'copy a project with all its runs from a folder to a Postgres server, or back',
    group: project,
    definition: () => import('./commands/copy.ts'),
    action: () => import('./actions/copy.ts'),
  },
  {
    name: 'view',
    about: 'look at runs, trees and conversations in a browser, live while runs go on',
    group: project,
    definition: () => import('./commands/view.ts'),
    action: () => import('./actions/view.ts'),
  },
  {
    name: 'serve',
    about: 'serve models to other programs, as OpenAI’s chat completions and responses',
    group: others,
    definition: () => import('./commands/serve.ts'),
    action: () => import('./actions/serve.ts'),
  },
  {
    name: 'doctor',
    about: 'ask an endpoint what it can do, and tell with which options it is best used',
    group: others,
    definition: () => import('./commands/doctor.ts'),
    action: () => import('./actions/doctor.ts'),
  },
  {
    name: 'data pull',
    about: 'fetch a public data set at its pinned commit and check every file',
    group: others,
    definition: () => import('./commands/data-pull.ts'),
    action: () => import('./actions/data-pull.ts'),
  },
  {
    name: 'conformance',
    about: 'replay golden records of the reference systems and compare',
    group: others,
    definition: () => import('./commands/conformance.ts'),
    action: () => import('./actions/conformance.ts'),
  },
  {
    name: 'completion',
    about: 'print the script with which a shell completes commands and options',
    group: others,
    definition: () => import('./commands/completion.ts'),
    action: () => import('./actions/completion.ts'),
  },
];

/** Commands that only hold others. */
export const parents: Readonly<Record<string, string>> = {
  data: 'fetch the public data sets that benchmarks need',
};
