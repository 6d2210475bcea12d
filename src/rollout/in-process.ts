/** Does jobs in this process, many at a time: for models that are waited for rather than computed. */
import { JuxtaError } from '../base/errors.ts';
import type { Cause, Turn } from '../dialogue/turn.ts';
import { ofTrial } from '../models/layers/trial.ts';
import type { Model } from '../models/model.ts';
import { type CastSpec, type OpenModel, openCast, type Players, type Role } from './cast.ts';
import { endpointFailed, tasksUndone } from './endpoint-failed.ts';
import type { Executor } from './executor.ts';
import { interrupted } from './interrupted.ts';
import { doJob, type Job, type JobResult } from './job.ts';
import { jobFailures } from './job-failures.ts';
import type { RunModels } from './run-models.ts';

/**
 * As many tasks at once as the models of the run allow. Results that a stop cut short, or that met nothing but failed
 * requests, are left to a resumed run.
 */
export const inProcessExecutor = (runModels: RunModels): Executor => ({
  run: (cast, jobs, onResult, signal) => runHere(cast, jobs, runModels, onResult, signal),
});

const runHere = async <J extends Job>(
  spec: CastSpec,
  jobs: readonly J[],
  runModels: RunModels,
  onResult: (result: JobResult<J>, job: J) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<void> => {
  const casts = new Map<number, Promise<Players>>();
  const castOf = ({ trial = 0 }: J): Promise<Players> => {
    const known = casts.get(trial);
    if (known) return known;
    const remote: OpenModel = async (name, role) => asking(role, ofTrial(runModels.open(name), trial));
    const opening = openCast(spec, remote, runModels.userFault);
    casts.set(trial, opening);
    return opening;
  };
  const asking = (role: Role, model: Model): Model => ({
    id: model.id,
    generate: (request, signal) => {
      runModels.asked(role);
      return model.generate(request, signal);
    },
  });
  const queue = jobs.values();
  const undone: JobResult<J>[] = [];
  const failures = jobFailures();
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const work = async (): Promise<void> => {
    for (const job of queue) {
      if (either.aborted) return;
      const cast = await castOf(job);
      const result = await doJob(cast, job, either, leaves => runModels.alive(job, leaves)).catch(thrown => {
        failures.add(thrown);
      });
      runModels.alive(job, 0);
      if (!result) continue;
      if (either.aborted || ranOut(result) || runModels.failure()) return;
      if (metOnlyFaults(result)) {
        undone.push(result);
        continue;
      }
      await onResult(result, job);
    }
  };
  const ranOut = (result: JobResult<J>): boolean => causesOf(result).includes('budget');
  const guarded = (): Promise<void> =>
    work().catch(thrown => {
      stop.abort();
      throw thrown;
    });
  // A person can hold one conversation at a time.
  const atOnce = spec.user === 'human' ? 1 : Math.min(runModels.parallel, jobs.length);
  await Promise.all(Array.from({ length: atOnce }, guarded));
  if (signal?.aborted) throw interrupted();
  const failure = runModels.failure();
  if (failure) throw endpointFailed(failure);
  if (runModels.exhausted())
    throw new JuxtaError(
      'budget-spent',
      `the budget is used up (${runModels.note('ended')}); everything finished is kept`,
      {
        hint: 'raise --max-usd, --max-tokens or --max-calls',
      },
    );
  failures.throwAny(jobs.length);
  if (undone.length > 0)
    throw tasksUndone(undone.length, jobs.length, turnsOf(undone[0]!).findLast(turn => turn.error)?.error);
};

const causesOf = (result: JobResult<Job>): readonly (Cause | undefined)[] =>
  'nodes' in result ? [result.fault?.cause, ...result.nodes.map(node => node.cause)] : [result.cause];

/** True if requests failed wherever it got to, so that nothing was learnt. */
const metOnlyFaults = (result: JobResult<Job>): boolean => {
  const ends = causesOf(result).filter(cause => cause !== undefined);
  if (ends.length === 0 || ends.some(cause => cause !== 'infrastructure-fault')) return false;
  const turns = turnsOf(result);
  return 'nodes' in result
    ? result.reward === 0
    : !turns.some(turn => turn.speaker === 'agent' && !turn.error);
};

const turnsOf = (result: JobResult<Job>): readonly Turn[] =>
  'nodes' in result ? result.nodes.flatMap(node => node.turns) : result.turns;
