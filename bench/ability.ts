/**
 * The offline guard against forgetting: self-training in Hamlet without one domain, and then what has become of that
 * domain. Success on its tasks, and the perplexity of error-free dialogues, in it and in the trained domains.
 *
 *     node bench/ability.ts --left-out attraction
 *     node bench/ability.ts --left-out attraction --after embedded:selftrain-1     # trained without it before
 *
 * A run that was stopped goes on with --resume.
 */
import { parseArgs } from 'node:util';
import { progressOn } from '../src/cli/terminal.ts';
import type { Turn } from '../src/dialogue/turn.ts';
import { openEnvironment } from '../src/environments/open.ts';
import { pairedBootstrap } from '../src/evaluate/bootstrap.ts';
import { perplexity, type ScoredDialogue, surprises } from '../src/evaluate/perplexity.ts';
import { openEmbeddedModel } from '../src/models/embedded/model.ts';
import { resolveModel } from '../src/models/open.ts';
import { settings } from '../src/runs/configuration.ts';
import { evaluateModel, evaluateSettings } from '../src/runs/evaluation.ts';
import { taskSet } from '../src/runs/plan.ts';
import { beginRun, openProject, resumeRun } from '../src/runs/project.ts';
import { selftrain } from '../src/runs/selftrain.ts';
import { percent, pValue, withInterval } from '../src/view/format.ts';
import { embeddedCast, gained, oneRound, printTable } from './experiment.ts';

const { values } = parseArgs({
  options: {
    'left-out': { type: 'string', default: 'attraction' },
    before: { type: 'string', default: 'embedded:base' },
    after: { type: 'string' },
    method: { type: 'string', default: 'sft+dpo' },
    rounds: { type: 'string', default: '1' },
    tasks: { type: 'string', default: '300' },
    'test-tasks': { type: 'string', default: '300' },
    dialogues: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: '.' },
    resume: { type: 'boolean', default: false },
  },
});
const project = await openProject(values.folder);
const base = await resolveModel(values.before, project.folder);
const spec = { name: 'hamlet', leftOut: values['left-out'] };
const environment = await openEnvironment(spec);
const cast = { ...embeddedCast(spec, base), model: base };
const configuration = oneRound(cast, Number(values.seed), values.method, {
  rounds: Number(values.rounds),
  tasks: Number(values.tasks),
  testTasks: Number(values['test-tasks']),
  gateTasks: Math.ceil(Number(values['test-tasks']) / 2),
});
const run = values.resume
  ? await resumeRun(project, 'ability')
  : await beginRun(project, 'ability', { ...values, configuration });
const onProgress = progressOn(process.stderr);

const after =
  values.after === undefined
    ? (await selftrain(run, configuration, { onProgress })).model
    : await resolveModel(values.after, project.folder);
const sides = { before: base, after };
const places = [
  { split: 'test', name: 'trained domains' },
  { split: 'left-out', name: `${values['left-out']}, left out` },
];

const rows: (readonly string[])[] = [];
for (const { split, name } of places) {
  const tasks = taskSet(environment, split, Number(values['test-tasks']));
  for (const [side, model] of Object.entries(sides)) {
    const stage = `${split}: ${side}`;
    await run.stage(stage, () =>
      evaluateModel(project, configuration, { run: run.id, stage, model, tasks }, onProgress),
    );
  }
  for (const setting of settings) {
    const stages = { before: `${split}: before`, after: `${split}: after` };
    const { before, after, difference, p } = pairedBootstrap(await gained(project, run.id, stages, setting), {
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
  const tasks = taskSet(environment, split, Number(values.dialogues));
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
