/** The commands, one line each. What a command is made of is loaded when it is called: `juxta --help` loads none of it. */
import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  readonly about: string;
  /** Gives the program that command. */
  load(): Promise<(program: Command) => void>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'selftrain',
    about: 'the whole loop: roll out, harvest, train, evaluate; for some rounds',
    load: async () => (await import('./commands/selftrain.ts')).addSelftrain,
  },
  {
    name: 'rollout',
    about: 'search conversation trees over many tasks and store them',
    load: async () => (await import('./commands/rollout.ts')).addRollout,
  },
  {
    name: 'export',
    about: 'turn the trees of a run into training data',
    load: async () => (await import('./commands/export.ts')).addExport,
  },
  {
    name: 'train',
    about: 'train a model on exported data',
    load: async () => (await import('./commands/train.ts')).addTrain,
  },
  {
    name: 'evaluate',
    about: 'play tasks, greedily and sampled, and measure',
    load: async () => (await import('./commands/evaluate.ts')).addEvaluate,
  },
  {
    name: 'report',
    about: 'make report.html of a self-training run anew, and print its figures',
    load: async () => (await import('./commands/report.ts')).addReport,
  },
  {
    name: 'runs',
    about: 'list the runs of a project: how they stand, what came out, how to go on',
    load: async () => (await import('./commands/runs.ts')).addRuns,
  },
  {
    name: 'view',
    about: 'look at runs, trees and conversations in a browser, live while runs go on',
    load: async () => (await import('./commands/view.ts')).addView,
  },
  {
    name: 'serve',
    about: 'serve models to other programs, as OpenAI’s chat completions and responses',
    load: async () => (await import('./commands/serve.ts')).addServe,
  },
  {
    name: 'doctor',
    about: 'ask an endpoint what it can do, and tell with which options it is best used',
    load: async () => (await import('./commands/doctor.ts')).addDoctor,
  },
  {
    name: 'data',
    about: 'fetch the public data sets that benchmarks need',
    load: async () => (await import('./commands/data.ts')).addData,
  },
  {
    name: 'conformance',
    about: 'replay golden records of the reference systems and compare',
    load: async () => (await import('./commands/conformance.ts')).addConformance,
  },
];
