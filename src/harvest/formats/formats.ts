import { JuxtaError } from '../../base/errors.ts';
import type { Format } from './format.ts';
import { trlDpo } from './trl-dpo.ts';
import { trlKto } from './trl-kto.ts';
import { trlSft } from './trl-sft.ts';

/** Every format that examples can be written in. */
export const formats: readonly Format[] = [trlSft, trlKto, trlDpo];

/** @throws JuxtaError `unknown-format` */
export const formatNamed = (name: string): Format => {
  const format = formats.find(each => each.name === name);
  if (format) return format;
  throw new JuxtaError('unknown-format', `there is no format ${JSON.stringify(name)}`, {
    hint: `One of: ${formats.map(each => each.name).join(', ')}.`,
  });
};
