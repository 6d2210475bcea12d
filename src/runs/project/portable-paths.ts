/**
 * Paths of a project's files in a store that many machines share: they are kept relative to the project's folder, which
 * may lie elsewhere on each machine.
 */
import type { ModelRow, RunRow, StageRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';

/** Stands for the project's folder. No path begins so. */
const HERE = 'juxta-project:';

/** @param folder the project's on this machine, absolute */
export const withPortablePaths = (store: Store, folder: string): Store => {
  const away = (text: string): string => text.replaceAll(folder, HERE);
  const home = (text: string): string => text.replaceAll(HERE, folder);
  // In JSON text a backslash is written twice.
  const escaped = JSON.stringify(folder).slice(1, -1);
  const awayJson = (text: string): string => text.replaceAll(escaped, HERE);
  const homeJson = (text: string): string => text.replaceAll(HERE, escaped);
  const orNull = (change: (text: string) => string, text: string | null): string | null =>
    text === null ? null : change(text);
  const runAtHome = (run: RunRow): RunRow => ({ ...run, configuration: homeJson(run.configuration) });
  const stageAtHome = (stage: StageRow): StageRow => ({ ...stage, result: orNull(homeJson, stage.result) });
  const modelAtHome = (model: ModelRow): ModelRow => ({
    ...model,
    base: home(model.base),
    path: home(model.path),
    metadata: homeJson(model.metadata),
  });
  return {
    ...store,
    saveRun: run => store.saveRun({ ...run, configuration: awayJson(run.configuration) }),
    run: async id => {
      const run = await store.run(id);
      return run && runAtHome(run);
    },
    runs: async () => (await store.runs()).map(runAtHome),
    saveStage: stage => store.saveStage({ ...stage, result: orNull(awayJson, stage.result) }),
    stage: async (run, key) => {
      const stage = await store.stage(run, key);
      return stage && stageAtHome(stage);
    },
    stages: async run => (await store.stages(run)).map(stageAtHome),
    saveModel: model =>
      store.saveModel({
        ...model,
        base: away(model.base),
        path: away(model.path),
        metadata: awayJson(model.metadata),
      }),
    model: async id => {
      const model = await store.model(id);
      return model && modelAtHome(model);
    },
    models: async run => (await store.models(run)).map(modelAtHome),
  };
};
