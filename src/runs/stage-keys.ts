/** The stages of runs as the store and the screen name them: spelt here and nowhere else. */
import type { Setting } from './configuration.ts';

const ROLL_OUT = 'roll out';

export const stageKeys = {
  rollOut: ROLL_OUT,
  train: 'train',
  evaluate: 'evaluate',
  diagnose: 'diagnose',
  /** What self-training ends with. */
  result: 'result',
  before: 'before',
  after: 'after',
  gateBefore: 'gate before',
} as const;

/** @example roundKeys(1).train // 'round 1: train' */
export const roundKeys = (round: number) =>
  ({
    rollOut: `round ${round}: ${ROLL_OUT}`,
    harvest: `round ${round}: harvest`,
    mix: `round ${round}: mix`,
    train: `round ${round}: train`,
    kl: `round ${round}: KL to the base`,
    gate: `round ${round}: gate`,
  }) as const;

/** Under what an evaluation stage keeps the conversations of a setting. @example 'gate before, sampled' */
export const settingKey = (stage: string, setting: Setting): string => `${stage}, ${setting}`;

/** Whether a stage keeps trees. */
export const isRollOut = (key: string): boolean => key.endsWith(ROLL_OUT);
