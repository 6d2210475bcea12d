/** The results of stages as they are read back from the store: checked, and brought up to the present version. */
import { z } from 'zod';
import { JuxtaError, messageOf } from '../base/errors.ts';
import { firstIssue } from '../base/zod-issue.ts';
import type { StageRow } from '../store/rows.ts';
import { isRollOut, stageKeys } from './stage-keys.ts';

/** Raised when a result changes its shape; `migrate` then says what the older one means. Without a version it is the first. */
const RESULT_VERSION = 1;

/** A rate of nothing is NaN, which JSON writes as null. */
const figure = z.number().nullable();
const estimate = z.looseObject({ value: figure, low: figure, high: figure });
const counts = z.record(z.string(), z.number());
const paths = z.record(z.string(), z.string());

const setting = z.looseObject({
  n: z.int(),
  success: estimate,
  successRate: figure,
  averageReward: figure,
  faults: counts,
  faultBlind: z.looseObject({ n: z.int(), successRate: figure, averageReward: figure }),
  errors: z.looseObject({ goals: z.int(), byVerdict: counts }),
  pass: z.array(z.looseObject({ k: z.int(), all: estimate, any: estimate, tasks: z.int() })),
});
const bothSettings = z.looseObject({ greedy: setting, sampled: setting });
const rollout = z.looseObject({ trees: z.int(), averageReward: figure, full: z.int(), nodes: z.int() });
const harvest = z.looseObject({ folders: paths, rows: counts });
const mix = z.looseObject({ data: paths, mixed: counts });
const train = z.looseObject({
  model: z.string(),
  hint: z.string().optional(),
  losses: z.array(z.looseObject({ method: z.string(), step: z.int(), loss: z.number() })),
  tokensPerSecond: figure,
  seconds: z.number(),
});
const kl = z.looseObject({ perCompletion: estimate, perToken: estimate, prompts: z.int(), samples: z.int() });
const benchmark = z.looseObject({
  benchmark: z.literal('mt-bench'),
  answers: z.array(z.looseObject({})),
  judgments: z.array(z.looseObject({})),
  summary: z.looseObject({ overall: estimate }),
});
const diagnosis = z.looseObject({
  conversations: z.int(),
  failed: z.int(),
  diagnoses: z.array(z.looseObject({})),
  counts: z.looseObject({ authors: counts, kinds: counts }),
});
const selftrain = z.looseObject({
  run: z.string(),
  model: z.string(),
  before: bothSettings,
  after: bothSettings,
  rounds: z.array(
    z.looseObject({
      round: z.int(),
      rollout,
      harvest,
      train,
      gate: z.looseObject({ before: z.number(), after: figure }),
      kept: z.boolean(),
    }),
  ),
  kept: z.boolean(),
});

/** `evaluate` holds either the settings that were asked for or a benchmark. */
const evaluation = (result: object): z.ZodType =>
  'benchmark' in result
    ? benchmark
    : z.looseObject({ greedy: setting.optional(), sampled: setting.optional() });

/** The schema of a stage's result; of a key that is not Juxta's own, whatever was stored. */
const schemaOf = (key: string, result: object): z.ZodType => {
  if (isRollOut(key)) return rollout;
  if (key === stageKeys.result) return selftrain;
  if (key === stageKeys.evaluate) return evaluation(result);
  if (key === stageKeys.diagnose) return diagnosis;
  if (key === stageKeys.before || key === stageKeys.after || key === stageKeys.gateBefore)
    return bothSettings;
  const [, step = ''] = /^round \d+: (.*)$/.exec(key) ?? ['', key];
  return ofRounds[step] ?? z.unknown();
};
const ofRounds: Readonly<Record<string, z.ZodType>> = {
  harvest,
  mix,
  train,
  'KL to the base': kl,
  gate: bothSettings,
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As the store keeps it. */
export const writeStageResult = (result: unknown): string =>
  JSON.stringify(isObject(result) ? { version: RESULT_VERSION, ...result } : result) ?? 'null';

/**
 * @returns the result without its version
 * @throws JuxtaError `damaged-run` naming run, stage and field, `run-too-new`
 */
export const readStageResult = ({ run, key, result }: Pick<StageRow, 'run' | 'key' | 'result'>): unknown => {
  const stored = parsed(run, key, result);
  if (!isObject(stored)) return checked(run, key, {}, stored);
  const { version = 1, ...read } = stored;
  if (typeof version === 'number' && version > RESULT_VERSION)
    throw new JuxtaError(
      'run-too-new',
      `stage "${key}" of ${run} was stored by a newer Juxta (version ${version})`,
      {
        hint: 'update Juxta, or begin the run anew',
      },
    );
  return checked(run, key, read, read);
};

const parsed = (run: string, key: string, text: string | null): unknown => {
  try {
    return JSON.parse(text ?? '');
  } catch (cause) {
    throw damaged(run, key, messageOf(cause), cause);
  }
};

const checked = (run: string, key: string, shape: object, value: unknown): unknown => {
  const read = schemaOf(key, shape).safeParse(value);
  if (read.success) return value;
  const { field, message } = firstIssue(read.error);
  throw damaged(run, key, field === '' ? message : `field ${field}: ${message}`, read.error);
};

const damaged = (run: string, key: string, what: string, cause: unknown): JuxtaError =>
  new JuxtaError('damaged-run', `the result of stage "${key}" of ${run} cannot be read: ${what}`, {
    hint: 'restore the store from a copy, or begin the run anew',
    permanent: true,
    cause,
  });
