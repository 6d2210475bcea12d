/** The public data sets that environments and benchmarks are made from, one line each. */
import { JuxtaError } from '../base/errors.ts';
import type { DataSet } from '../datasets/data-set.ts';
import { type PullResult, pullDataSet } from '../datasets/pull.ts';
import type { PullOptions } from '../datasets/pulled.ts';
import { ofRelease } from '../datasets/release.ts';
import { tauBench } from '../environments/tau-bench/published/data-set.ts';
import { tau2Bench } from '../environments/tau-bench/tau2/data-set.ts';
import { toolwozData } from '../environments/toolwoz/data-set.ts';
import { mtBench } from '../evaluate/mt-bench/data-set.ts';

export const dataSets: readonly DataSet[] = [toolwozData, tauBench, tau2Bench, mtBench];

const dataSetNamed = (name: string): DataSet => {
  const dataSet = dataSets.find(one => one.name === name);
  if (dataSet) return dataSet;
  throw new JuxtaError('unknown-data-set', `there is no data set named ${name}`, {
    hint: `There are ${dataSets.map(one => one.name).join(', ')}.`,
  });
};

/**
 * Fetches a data set by its name, as `pullDataSet` does.
 * @param options.release another one than the pinned release
 * @throws as that, and JuxtaError `unknown-data-set`, `bad-option`
 */
export const pull = async (
  name: string,
  { release, ...options }: PullOptions & { readonly release?: string } = {},
): Promise<PullResult> => {
  const dataSet = dataSetNamed(name);
  return pullDataSet(release === undefined ? dataSet : ofRelease(dataSet, release), options);
};
