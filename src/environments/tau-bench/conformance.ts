/** Replays what the original environment was recorded doing, and compares (specification, section 11). */
import { toolCall } from '../../dialogue/message.ts';
import { readText, singleFile } from '../data/layout.ts';
import type { TauDomain, TauState } from './domain.ts';
import { tauEnvironment } from './environment.ts';
import { databaseSha256 } from './fingerprint.ts';
import { loadTau, type TauDomainName } from './open.ts';
import { rewardOf } from './reward.ts';
import type { TauTask } from './task.ts';
import * as expect from './values/expect.ts';
import { printValue } from './values/print.ts';
import { readValue } from './values/read.ts';
import type { Dict, Value } from './values/value.ts';

export interface TauConformance {
  readonly records: number;
  readonly matched: number;
  /** One line each, beginning with the record's own id. */
  readonly mismatches: readonly string[];
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
    expect.text(call.get('name'), `${where}, name`),
    printValue(expect.object(call.get('kwargs'), `${where}, kwargs`)),
  );

const replay = (domain: TauDomain) => {
  const environment = tauEnvironment(domain);
  const start = (task: TauTask): TauState => environment.start(task);
  const anyTask = [...domain.splits.values()][0]![0]!;

  /** The first difference of one call, if there is one. */
  const compareCall = (before: TauState, call: Dict, where: string, tally: Tally) => {
    const { state, record, ends } = environment.call(anyTask, before, callOf(call, where));
    const wanted = call.get('observation');
    const isExact = call.has('raises') ? state.aborted : record.output === wanted;
    const isPythons = call.get('pythonSpecific') === true;
    if (isPythons) {
      tally.calls++;
      if (isExact) tally.exact++;
    }
    const matches = isExact || (isPythons && record.output.startsWith('Error:'));
    if (!matches) return { state, problem: `${where}: expected ${String(wanted)}, got ${record.output}` };
    const done = call.get('done') ?? true;
    return ends === done ? { state } : { state, problem: `${where}: expected done ${String(done)}` };
  };

  const compareCalls = (record: Dict, tally: Tally): string | undefined => {
    let state = start(anyTask);
    for (const [i, item] of expect.list(record.get('calls'), 'calls').entries()) {
      const compared = compareCall(state, expect.object(item, 'call'), `call ${i}`, tally);
      if (compared.problem !== undefined) return compared.problem;
      state = compared.state;
    }
    const found = databaseSha256(state.database);
    return found === record.get('dbSha256') ? undefined : `the database differs: dbSha256 is ${found}`;
  };

  const compareEpisode = (task: TauTask, episode: Dict): string | undefined => {
    const name = String(episode.get('name'));
    const said: string[] = [];
    let state = start(task);
    for (const item of expect.list(episode.get('script'), 'script')) {
      const step = expect.object(item, 'step');
      const action = step.get('gt');
      if (action === undefined) said.push(expect.text(step.get('respond'), 'respond'));
      else {
        const { name: tool, arguments: args } = task.actions[Number(action)]!;
        state = environment.call(task, state, toolCall('replayed', tool, args)).state;
      }
    }
    const result = rewardOf(domain, task, state, said);
    if (result.reward !== Number(episode.get('reward'))) return `${name}: reward is ${result.reward}`;
    const info = infoOf(task, result);
    const wanted = printValue(episode.get('info')!);
    return info === wanted ? undefined : `${name}: expected ${wanted}, got ${info}`;
  };

  const compareEpisodes = (record: Dict): string | undefined => {
    const split = expect.text(record.get('split'), 'split');
    const task = domain.splits.get(split)?.[Number(record.get('taskIndex'))];
    if (!task) return 'there is no such task';
    const problems = expect
      .list(record.get('episodes'), 'episodes')
      .map(episode => compareEpisode(task, expect.object(episode, 'episode')));
    return problems.find(problem => problem !== undefined);
  };

  return (record: Dict, tally: Tally): string | undefined =>
    compareCalls(record, tally) ?? (record.has('episodes') ? compareEpisodes(record) : undefined);
};

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
 * Replays a file of recordings, of calls or of whole tasks, told apart record by record.
 * @param file JSON lines, compressed or not
 * @throws BadInputError if the file or the domain's data cannot be read
 */
export const replayTau = async (
  name: TauDomainName,
  file: string,
  options: { readonly data?: string; readonly every?: number } = {},
): Promise<TauConformance> => {
  const domain = loadTau(name, options);
  const compare = replay(domain);
  const lines = readText(singleFile(file))
    .split('\n')
    .filter(line => line.trim() !== '');
  const chosen = lines.filter((_, i) => i % (options.every ?? 1) === 0);
  const tally: Tally = { calls: 0, exact: 0 };
  const mismatches = chosen.flatMap((line, i): string[] => {
    const where = `${file}, line ${i * (options.every ?? 1) + 1}`;
    const record = expect.object(readValue(line, where), where);
    const problem = compare(record, tally);
    return problem === undefined ? [] : [`${expect.text(record.get('id'), `${where}, id`)}: ${problem}`];
  });
  return {
    records: chosen.length,
    matched: chosen.length - mismatches.length,
    mismatches,
    pythonSpecific: tally,
  };
};
