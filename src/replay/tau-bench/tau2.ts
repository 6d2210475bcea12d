/** Replays call sequences that τ²-bench was recorded doing (`tau2-bench/retail/golden_calls.jsonl.gz`), and compares. */
import { type Conformance, replayLines } from '../../base/recordings.ts';
import { toolCall } from '../../dialogue/message.ts';
import { tauEnvironment } from '../../environments/tau-bench/environment.ts';
import type { TauDomainName } from '../../environments/tau-bench/open.ts';
import { loadTau2, type Tau2Options } from '../../environments/tau-bench/tau2/open.ts';
import * as expect from '../../environments/tau-bench/values/expect.ts';
import { printValue } from '../../environments/tau-bench/values/print.ts';
import { readValue } from '../../environments/tau-bench/values/read.ts';
import { tau2DatabaseHash } from './fingerprint.ts';

/**
 * Every text that the model reads is compared to the letter, validation errors included, whose wording is that of pydantic 2.13.
 * @param file JSON lines, compressed or not
 * @throws BadInputError if the file cannot be read whole, or the domain's data cannot
 */
export const replayTau2 = async (
  name: TauDomainName,
  file: string,
  { every = 1, ...options }: Tau2Options & { readonly every?: number } = {},
): Promise<Conformance> => {
  const environment = tauEnvironment(loadTau2(name, options));
  const [anyTask] = environment.tasks('base', { count: 1 });
  const replay = async (line: string, where: string): Promise<readonly string[]> => {
    const record = expect.object(readValue(line, where), where);
    const told = (problem: string) => [`${expect.text(record.get('id'), `${where}, field id`)}: ${problem}`];
    let state = environment.start(anyTask!);
    for (const [i, item] of expect.list(record.get('calls'), `${where}, field calls`).entries()) {
      const here = `${where}, field calls[${i}]`;
      const call = expect.object(item, here);
      const args = printValue(expect.object(call.get('arguments'), `${here}.arguments`));
      const made = toolCall('replayed', expect.text(call.get('name'), `${here}.name`), args);
      const outcome = await environment.call(anyTask!, state, made);
      state = outcome.state;
      const { output } = outcome.record;
      const wanted = expect.text(call.get('content'), `${here}.content`);
      if (output !== wanted) return told(`call ${i}: expected ${wanted}, got ${output}`);
      if (output.startsWith('Error:') !== call.get('error'))
        return told(`call ${i}: expected error to be ${String(call.get('error'))}`);
    }
    const hash = tau2DatabaseHash(state.database);
    return hash === record.get('dbHash') ? [] : told(`the database differs: dbHash is ${hash}`);
  };
  return replayLines(file, replay, { every });
};
