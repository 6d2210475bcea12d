/**
 * The offline guard against forgetting: self-training in Hamlet without one domain, and then what has become of that
 * domain. Success on its tasks, and the perplexity of error-free dialogues, in it and in the trained domains.
 *
 *     node bench/ability.ts --left-out attraction
 *     node bench/ability.ts --left-out attraction --after embedded:selftrain-1     # trained without it before
 *
 * A run that was stopped goes on with --resume.
 */
import { Option } from 'commander';
import type { Turn } from '../src/dialogue/turn.ts';
import { openEnvironment } from '../src/environments/open.ts';
import { pairedBootstrap } from '../src/evaluate/bootstrap.ts';
import { perplexity, type ScoredDialogue, surprises } from '../src/evaluate/perplexity.ts';
import { openEmbeddedModel } from '../src/models/embedded/model.ts';
import { resolveModel } from '../src/models/open.ts';
import { settings } from '../src/runs/configuration.ts';
import { evaluateSettings } from '../src/runs/evaluation.ts';
import { taskSet } from '../src/runs/plan.ts';
import { beginRun, openProject, resumeRun } from '../src/runs/project/project.ts';
import { selftrain } from '../src/runs/selftrain.ts';
import { percent, pValue, withInterval } from '../src/view/format.ts';
import { commandLine } from './command-line.ts';
import { embeddedCast, evaluated, oneRound, onProgress, type RunOptions, withRun } from './experiment.ts';
import { gained, printTable } from './gains.ts';
import { number, whole } from './numbers.ts';

interface AbilityOptions extends RunOptions {
  readonly leftOut: string;
  readonly before: string;
  readonly after?: string;
  readonly method: string;
  readonly sftWeight?: number;
  readonly rounds: number;
  readonly tasks: number;
  readonly testTasks: number;
  readonly dialogues: number;
  readonly seed: number;
}

const count = (flags: string, description: string, usual: number): Option =>
  new Option(flags, description).default(usual).argParser(whole(1));
const options = withRun(
  commandLine(import.meta.filename)
    .option('--left-out <domain>', 'the domain that no training task has', 'attraction')
    .option('--before <model>', 'what is trained', 'embedded:base')
    .option('--after <model>', 'what it became, if it was trained before')
    .option('--method <name>', 'sft, kto, dpo, or a sequence', 'sft+dpo')
    .addOption(
      new Option('--sft-weight <x>', "DPO: weight of the chosen replies' own likelihood").argParser(
        number(0, 100),
      ),
    )
    .addOption(count('--rounds <n>', 'rounds of self-training', 1))
    .addOption(count('--tasks <n>', 'tasks to roll out per round', 300))
    .addOption(count('--test-tasks <n>', 'held-out tasks of either kind', 300))
    .addOption(count('--dialogues <n>', 'tasks whose error-free dialogues are scored', 100))
    .addOption(new Option('--seed <n>', 'of everything random').default(1).argParser(whole(0))),
)
  .parse()
  .opts<AbilityOptions>();
const { leftOut, rounds, tasks, testTasks, sftWeight } = options;
const project = await openProject(options.folder);
const base = await resolveModel(options.before, project.folder);
const spec = { name: 'hamlet', options: { leftOut } };
const environment = await openEnvironment(spec);
const cast = { ...embeddedCast(spec, base), model: base };
const gateTasks = Math.ceil(testTasks / 2);
const training = sftWeight === undefined ? {} : { sftWeight };
const sizes = { rounds, tasks, testTasks, gateTasks };
const configuration = oneRound(cast, options.seed, options.method, { ...sizes, training });
const run = options.resume
  ? await resumeRun(project, 'ability')
  : await beginRun(project, 'ability', { ...options, configuration });

const after =
  options.after === undefined
    ? (await selftrain(run, configuration, { onProgress })).model
    : await resolveModel(options.after, project.folder);
const sides = { before: base, after };
const places = [
  { split: 'test', name: 'trained domains' },
  { split: 'left-out', name: `${leftOut}, left out` },
];

const rows: (readonly string[])[] = [];
for (const { split, name } of places) {
  const tasks = taskSet(environment, split, testTasks);
  for (const [side, model] of Object.entries(sides))
    await evaluated(run, `${split}: ${side}`, configuration, model, tasks);
  for (const setting of settings) {
    const stages = { before: `${split}: before`, after: `${split}: after` };
    const { before, after, difference, p } = pairedBootstrap(await gained(run, stages, setting), {
      seed: 1,
    });
    rows.push([
      `success, ${setting}, ${name}`,
      withInterval(before, percent),
      withInterval(after, percent),
      `${withInterval(difference, percent)}, ${pValue(p)}`,
    ]);
  }
}

/** Dialogues of the script that makes no errors, those that reached all goals. */
const errorFree = async (split: string): Promise<readonly ScoredDialogue[]> => {
  const stage = `${split}: script`;
  const script = { ...configuration, cast: { ...cast, agent: 'script' as const, model: null } };
  const tasks = taskSet(environment, split, options.dialogues);
  const plan = { run: run.id, stage, model: null, tasks };
  await run.stage(stage, () => evaluateSettings(project, script, plan, ['greedy'], onProgress));
  const dialogues: ScoredDialogue[] = [];
  const within = { run: run.id, stage: `${stage}, greedy` };
  for await (const { task, success, transcript } of project.store.evaluations(within, 'greedy')) {
    if (!success) continue;
    const said = (JSON.parse(transcript) as readonly Turn[]).flatMap(turn => turn.internal);
    const messages = [{ role: 'system' as const, content: environment.systemPrompt }, ...said];
    dialogues.push({ id: task, messages, tools: environment.tools });
  }
  return dialogues;
};

for (const { split, name } of places) {
  const dialogues = await errorFree(split);
  const measured = async (side: keyof typeof sides) => {
    const stage = `${split}: perplexity ${side}`;
    return run.stage(stage, async () => {
      const model = await openEmbeddedModel(sides[side]);
      const total = dialogues.length;
      return surprises(model, dialogues, done => onProgress({ stage, done, total, unit: 'dialogues' }));
    });
  };
  const [before, after] = [await measured('before'), await measured('after')];
  const nats = before.map(({ id, nats, tokens }, i) => ({
    task: id,
    before: nats / tokens,
    after: after[i]!.nats / after[i]!.tokens,
  }));
  const { difference, p } = pairedBootstrap(nats, { seed: 1 });
  const three = (value: number): string => value.toFixed(3).replace('-', '−');
  rows.push([
    `perplexity of ${dialogues.length} error-free dialogues, ${name}`,
    withInterval(perplexity(before, { seed: 1 }), three),
    withInterval(perplexity(after, { seed: 1 }), three),
    `${withInterval(difference, three)} nats per token, ${pValue(p)}`,
  ]);
}
await run.end('finished');
await project.store.close();
printTable(['', 'before', 'after', 'difference'], rows);
