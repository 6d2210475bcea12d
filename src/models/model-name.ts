import { basename, sep } from 'node:path';
import { baseModel, baseWeights } from './open.ts';

/**
 * What a model is called in what leaves this machine: a path would tell of the machine, and make equal files differ.
 * @example nameOfModel('/home/me/p/.juxta/runs/selftrain-1/round-1/model.safetensors') // 'embedded:selftrain-1/round-1'
 */
export const nameOfModel = (path: string): string => {
  if (path === baseWeights) return baseModel;
  if (/^https?:/.test(path)) return path.slice(path.indexOf('#') + 1);
  const [file = '', folder] = path.split(sep).join('/').split('/.juxta/runs/').reverse();
  return folder === undefined ? basename(path) : `embedded:${file.replace(/\/model\.safetensors$/, '')}`;
};
