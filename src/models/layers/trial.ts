import type { Model } from '../model.ts';

/**
 * The model as one of several trials of a task asks it: what another trial was answered, greedily too, is not answered
 * again from the cache, nor by sharing its request.
 */
export const ofTrial = (model: Model, trial: number): Model =>
  trial === 0
    ? model
    : { id: model.id, generate: (request, signal) => model.generate({ ...request, trial }, signal) };
