/** Numbers on the command lines of the programs here. */
import { InvalidArgumentError } from 'commander';

export const whole =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`it must be a whole number of at least ${least}`);
  };

export const number =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`it must be a number from ${least} to ${most}`);
  };
