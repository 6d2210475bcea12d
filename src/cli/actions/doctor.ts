import { JuxtaError } from '../../base/errors.ts';
import { type Diagnosis, examine } from '../../models/doctor/doctor.ts';
import type { Finding } from '../../models/doctor/finding.ts';
import { isRemote } from '../../rollout/cast.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/doctor.ts';
import { say } from '../terminal/terminal.ts';

/** The exit code is 1 if the endpoint cannot be used. */
export const action: Action<Options> = async ({ atOnce, timeout }, { arguments: [model = ''] }) => {
  if (!isRemote(model))
    throw new JuxtaError('bad-option', `${model} is not reached over a network`, {
      hint: 'name an endpoint: http://HOST:PORT/v1#MODEL, openai:MODEL …',
    });
  const diagnosis = await examine(model, {
    mostAtOnce: atOnce,
    timeoutMs: 1000 * timeout,
    onFinding: finding => say(lineOf(finding)),
  });
  for (const line of endOf(diagnosis)) say(line);
  if (diagnosis.verdict === 'unusable') process.exitCode = 1;
  return diagnosis;
};

/** @example lineOf({ name: 'n', verdict: 'yes', says: '…' }) // 'n                 yes      …' */
export const lineOf = ({ name, verdict, says }: Finding): string =>
  `${name.padEnd(18)}${verdict.padEnd(9)}${says}`;

export const endOf = (diagnosis: Diagnosis): readonly string[] => [
  ...diagnosis.refuses.map(text => `it was found that ${text}`),
  `${diagnosis.verdict}: ${diagnosis.says}`,
  ...(diagnosis.options.length > 0 ? [`  ${diagnosis.options.join(' ')}`] : []),
  `(${diagnosis.requests} requests, ${diagnosis.usage.inputTokens + diagnosis.usage.outputTokens} tokens)`,
];
