/**
 * What a run will take, estimated from a few of its tasks. They are done as the run would do them and kept, so that a run that
 * goes on from here does not pay for them again.
 */
import { JuxtaError } from '../base/errors.ts';
import { random } from '../base/random.ts';
import { addUsage, noUsage } from '../dialogue/turn.ts';
import { estimateRun, type ModelUse, type Probe, type RunEstimate } from '../models/layers/estimate.ts';
import type { Observe } from '../models/layers/events.ts';
import { costOf, type PriceList } from '../models/prices/price.ts';
import { type CastSpec, isRemote } from '../rollout/cast.ts';
import type { PlannedTask } from './plan.ts';
import type { OnProgress } from './project/progress.ts';
import type { Project } from './project/project.ts';

/** Says before a run begins whether there is anything to tell of. @throws JuxtaError `nothing-to-estimate` */
export const checkDryRun = ({ model, userModel, judge }: CastSpec): void => {
  if ([model, userModel, judge ?? null].some(isRemote)) return;
  throw new JuxtaError('nothing-to-estimate', 'no model of this run is reached over a network', {
    hint: 'it costs nothing but time: leave --dry-run out',
  });
};

/**
 * @param probes how many of the tasks
 * @param play plays one task in the project that it is given
 * @throws whatever `play` throws
 */
export const dryRun = async (
  project: Project,
  tasks: readonly PlannedTask[],
  probes: number,
  seed: number,
  play: (project: Project, task: PlannedTask, onProgress: OnProgress) => Promise<unknown>,
  onProgress: OnProgress,
): Promise<RunEstimate> => {
  const { runModels } = project;
  if (!runModels) throw new Error('a dry run without a model that costs anything');
  const chosen = random(seed, 'probes').shuffle(tasks).slice(0, probes);
  let done = 0;
  const report = () =>
    onProgress({ stage: 'probe', done, total: chosen.length, unit: 'tasks', note: runModels.note() });
  report();
  const uses = await Promise.all(
    chosen.map(async task => {
      const meter = createMeter(runModels.prices);
      const apart = { ...runModels, open: (name: string) => runModels.open(name, meter.observe) };
      await play({ ...project, runModels: apart }, task, report);
      done++;
      report();
      return meter.use();
    }),
  );
  return estimateRun(uses, tasks.length);
};

/** Adds up what each model is asked for. */
const createMeter = (prices: PriceList): { readonly observe: Observe; readonly use: () => Probe } => {
  const uses: Record<string, ModelUse> = {};
  return {
    observe: event => {
      if (event.type !== 'call') return;
      const { model, usage } = event;
      const price = prices.priceOf(model);
      const before = uses[model] ?? { calls: 0, usage: noUsage, usd: 0 };
      uses[model] = {
        calls: before.calls + 1,
        usage: addUsage(before.usage, usage),
        usd: price && before.usd !== undefined ? before.usd + costOf(usage, price) : undefined,
      };
    },
    use: () => uses,
  };
};
