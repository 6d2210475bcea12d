import { BadInputError } from '../../base/errors.ts';
import type { Store } from '../../store/store.ts';
import type { Completion } from '../model.ts';
import type { CompletionLog } from './completion-log.ts';

/** A run's own answers, in the store. @param key separates users of one run that may ask the same */
export const runLog = (
  store: Pick<Store, 'completion' | 'saveCompletion'>,
  run: string,
  key = 'model',
): CompletionLog => ({
  get: async request =>
    parsed(`completion ${request} of run ${run}`, await store.completion(run, key, request)),
  put: (request, completions) =>
    store.saveCompletion({ run, key, request, completion: JSON.stringify(completions) }),
});

/** Answers to greedy requests, shared by all runs of the store. */
export const cacheLog = (store: Pick<Store, 'cached' | 'saveCached'>): CompletionLog => ({
  get: async request => parsed(`cached answer ${request}`, await store.cached(request)),
  put: (request, completions) => store.saveCached(request, JSON.stringify(completions)),
});

const parsed = (where: string, text: string | undefined): readonly Completion[] | undefined => {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as readonly Completion[];
  } catch (cause) {
    throw new BadInputError(where, 'it is not JSON', { hint: 'The store is damaged; restore it.', cause });
  }
};
