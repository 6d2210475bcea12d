/** Replays what the original environment was recorded doing, and compares (specification, section 11). */
import { isDeepStrictEqual } from 'node:util';
import { BadInputError } from '../../base/errors.ts';
import { type Conformance, replayLines } from '../../base/recordings.ts';
import { toolCall } from '../../dialogue/message.ts';
import { sameDatabase } from '../../environments/tau-bench/database.ts';
import type { TauDomain, TauState } from '../../environments/tau-bench/domain.ts';
import { tauEnvironment } from '../../environments/tau-bench/environment.ts';
import { loadTau, type TauDomainName } from '../../environments/tau-bench/open.ts';
import { rewardOf } from '../../environments/tau-bench/reward.ts';
import type { GroundTruthAction, TauTask } from '../../environments/tau-bench/task.ts';
import * as expect from '../../environments/tau-bench/values/expect.ts';
import { printValue } from '../../environments/tau-bench/values/print.ts';
import { readValue } from '../../environments/tau-bench/values/read.ts';
import type { Dict, Value } from '../../environments/tau-bench/values/value.ts';
import { databaseSha256 } from './fingerprint.ts';
import { replayTauRun } from './runs.ts';

export interface TauConformance extends Conformance {
  readonly records: number;
  /** Calls whose error texts are Python's own, and how many of them we have word for word all the same. */
  readonly pythonSpecific: { readonly calls: number; readonly exact: number };
}

interface Tally {
  calls: number;
  exact: number;
}

const callOf = (call: Dict, where: string) =>
  toolCall(
    'replayed',
    expect.text(call.get('name'), `${where}.name`),
    printValue(expect.object(call.get('kwargs'), `${where}.kwargs`)),
  );

const asFunction = ({ name, arguments: args }: GroundTruthAction) => ({ name, arguments: args });

const objectsOf = (record: Dict, field: string, where: string): readonly (readonly [Dict, string])[] =>
  expect
    .list(record.get(field), `${where}${field}`)
    .map((item, i) => [expect.object(item, `${where}${field}[${i}]`), `${where}${field}[${i}]`] as const);

const replay = (domain: TauDomain) => {
  const environment = tauEnvironment(domain);
  const start = (task: TauTask): TauState => environment.start(task);
  const anyTask = [...domain.splits.values()][0]![0]!;

  /** The first difference of one call, if there is one. */
  const compareCall = async (before: TauState, call: Dict, where: string, name: string, tally: Tally) => {
    const { state, record, ends } = await environment.call(anyTask, before, callOf(call, where));
    const wanted = call.get('observation');
    const got = state.aborted ? null : record.output;
    const raises = call.has('raises');
    const isPythons = call.get('pythonSpecific') === true;
    // Such a call either died in the original or was answered with Python's own words: the record says which.
    if (isPythons !== (raises || call.has('pyException')))
      return { state, problem: `${name}: pythonSpecific, raises and pyException are at odds` };
    const isExact = got === wanted;
    if (isPythons) {
      tally.calls++;
      if (isExact) tally.exact++;
    }
    const sameWords = isExact || (isPythons && isError(wanted) && isError(got));
    if (raises !== state.aborted || !sameWords)
      return { state, problem: `${name}: expected ${told(raises, wanted)}, got ${told(state.aborted, got)}` };
    if (raises && !sameDatabase(state.database, before.database))
      return { state, problem: `${name}: raises, but leaves a trace in the database` };
    const done = call.get('done') ?? true;
    return ends === done ? { state } : { state, problem: `${name}: expected done ${String(done)}` };
  };

  const compareCalls = async (record: Dict, where: string, tally: Tally): Promise<string | undefined> => {
    let state = start(anyTask);
    for (const [i, [call, here]] of objectsOf(record, 'calls', where).entries()) {
      const compared = await compareCall(state, call, here, `call ${i}`, tally);
      if (compared.problem !== undefined) return compared.problem;
      state = compared.state;
    }
    const found = databaseSha256(state.database);
    return found === record.get('dbSha256') ? undefined : `the database differs: dbSha256 is ${found}`;
  };

  const compareEpisode = async (task: TauTask, episode: Dict, where: string): Promise<string | undefined> => {
    const name = String(episode.get('name'));
    const said: string[] = [];
    let state = start(task);
    for (const [step, here] of objectsOf(episode, 'script', `${where}.`)) {
      const number = step.get('gt');
      if (number === undefined) said.push(expect.text(step.get('respond'), `${here}.respond`));
      else {
        const action = task.actions[Number(number)];
        if (!action) throw new BadInputError(`${here}.gt`, `${task.id} has no action ${String(number)}`);
        const call = toolCall('replayed', action.name, action.arguments);
        ({ state } = await environment.call(task, state, call));
      }
    }
    const result = rewardOf(domain, task, state, said);
    if (result.reward !== Number(episode.get('reward'))) return `${name}: reward is ${result.reward}`;
    const info = infoOf(task, result);
    const wanted = printValue(expect.object(episode.get('info'), `${where}.info`));
    return info === wanted ? undefined : `${name}: expected ${wanted}, got ${info}`;
  };

  const compareEpisodes = async (record: Dict, where: string): Promise<string | undefined> => {
    const split = expect.text(record.get('split'), `${where}split`);
    const index = record.get('taskIndex');
    const task = domain.splits.get(split)?.[Number(index)];
    if (!task) throw new BadInputError(`${where}taskIndex`, `there is no task ${String(index)} of ${split}`);
    const calls = objectsOf(record, 'calls', where).map(([call, here]) => callOf(call, here).function);
    if (!isDeepStrictEqual(calls, task.actions.map(asFunction)))
      throw new BadInputError(`${where}taskIndex`, `the calls are not the ground truth of ${task.id}`);
    for (const [episode, here] of objectsOf(record, 'episodes', where)) {
      const problem = await compareEpisode(task, episode, here);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

  /** @param where of the record, with what leads to its fields */
  return async (record: Dict, where: string, tally: Tally): Promise<string | undefined> =>
    (await compareCalls(record, where, tally)) ??
    (record.has('episodes') ? await compareEpisodes(record, where) : undefined);
};

const isError = (observation: Value | undefined): boolean =>
  typeof observation === 'string' && observation.startsWith('Error:');

const told = (raises: boolean, observation: Value | undefined): string =>
  raises ? 'an exception' : String(observation);

/** What the original reports beside a reward: of the outputs if there are any, else of the database. */
const infoOf = (task: TauTask, result: ReturnType<typeof rewardOf>): string => {
  if (task.outputs.length === 0) return printValue(new Map([['r_actions', result.databaseMatches ? 1 : 0]]));
  const outputs = new Map<string, Value>(result.outputs);
  const all = [...outputs.values()].every(said => said === true);
  return printValue(
    new Map<string, Value>([
      ['r_outputs', all ? 1 : 0],
      ['outputs', outputs],
    ]),
  );
};

/**
 * Replays a file of recordings, of calls, of whole tasks or of whole conversations, told apart record by record.
 * @param file JSON lines, compressed or not
 * @throws BadInputError if the file cannot be read whole, or the domain's data cannot
 */
export const replayTau = async (
  name: TauDomainName,
  file: string,
  { every = 1, ...options }: { readonly data?: string; readonly every?: number } = {},
): Promise<TauConformance> => {
  const domain = loadTau(name, options);
  const compare = replay(domain);
  const replayRun = replayTauRun({ ...domain, rewardRule: 'outputs-first' });
  const tally: Tally = { calls: 0, exact: 0 };
  let records = 0;
  const { matched, mismatches } = await replayLines(
    file,
    async (line, where) => {
      records++;
      const record = expect.object(readValue(line, where), where);
      if (record.has('llm')) return replayRun(line, where);
      const problem = await compare(record, `${where}, field `, tally);
      return problem === undefined
        ? []
        : [`${expect.text(record.get('id'), `${where}, field id`)}: ${problem}`];
    },
    { every },
  );
  return { records, matched, mismatches, pythonSpecific: tally };
};
