/** What a gate says of a model. */
import { JuxtaError } from '../base/errors.ts';
import { settings } from './configuration.ts';
import type { EvaluationResult, SettingResult } from './evaluation.ts';
import type { Run } from './project/project.ts';
import { settingKey } from './stage-keys.ts';

/** Mean of the greedy and sampled success rates. */
export const gateScore = ({ greedy, sampled }: EvaluationResult): number =>
  (greedy.successRate + sampled.successRate) / 2;

/**
 * A gate of which every conversation ended in a fault decides nothing. Its conversations are forgotten, so that a
 * resumed run plays them again.
 * @throws JuxtaError `gate-undecided`
 */
export const decided = async (
  run: Pick<Run, 'id' | 'project'>,
  stage: string,
  result: EvaluationResult,
): Promise<EvaluationResult> => {
  const undecided = settings.find(setting => result[setting].n === 0);
  if (undecided === undefined) return result;
  for (const setting of settings)
    await run.project.store.deleteEvaluations({ run: run.id, stage: settingKey(stage, setting) });
  throw new JuxtaError(
    'gate-undecided',
    `${stage}: every ${undecided} conversation ended in a fault (${faultsOf(result[undecided])})`,
    { hint: `fix what caused these faults, then go on with: juxta selftrain --resume ${run.id}` },
  );
};

const faultsOf = ({ faults }: SettingResult): string =>
  Object.entries(faults)
    .map(([fault, count]) => `${count} ${fault}`)
    .join(', ');
