/** `juxta/testing`: the laws of Juxta's ports, as suites of `node:test` for implementations of your own. The suite of search
 * policies stands in `juxta/testing/search`, for it needs `fast-check`. */

// For tests of your own

export { type EnvironmentSubject, environmentConformance } from './environments/environment.conformance.ts';
export { executorConformance } from './rollout/executor.conformance.ts';
export { storeConformance } from './store/store.conformance.ts';
export { type TrainerSubject, trainerConformance } from './train/trainer.conformance.ts';
