import type { EnvironmentDefinition } from '../definition.ts';
import type { EnvironmentSpec } from '../spec.ts';

/**
 * The cap on sessions holds for all threads together, so each is given its share.
 * @param threads as many as there might be; of a cap that is lower only so many are of use
 */
export const sessionsAmongThreads = (
  spec: EnvironmentSpec,
  { sessions }: Pick<EnvironmentDefinition, 'sessions'>,
  threads: number,
): { readonly spec: EnvironmentSpec; readonly threads: number } => {
  if (sessions === undefined) return { spec, threads };
  const most = Number(spec.options?.sessions ?? sessions);
  const each = Math.max(1, Math.floor(most / threads));
  return {
    spec: { ...spec, options: { ...spec.options, sessions: each } },
    threads: Math.min(threads, most),
  };
};
