import type { Json } from '../../../dialogue/json.ts';
import { isList, type Value } from './value.ts';

/** A value as plain data, for records that leave this room: integers and floats become one, keys keep their own meaning. */
export const toJson = (value: Value): Json => {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(toJson);
  return Object.fromEntries([...value].map(([key, item]) => [key, toJson(item)]));
};
