import { openSqlite } from '../store/sqlite.ts';
import { aRun } from '../store/store.conformance.ts';
import { executorConformance } from './executor.conformance.ts';
import { inProcessExecutor } from './in-process.ts';
import { openRunModels } from './run-models.ts';
import { threadExecutor } from './threads.ts';

executorConformance('the executor on threads', async (_, atOnce) => threadExecutor(atOnce));

executorConformance('the executor in this process', async (t, atOnce) => {
  const store = openSqlite(':memory:');
  await store.saveRun(aRun('r'));
  const runModels = await openRunModels(store, 'r', { parallel: atOnce }, 'default');
  t.after(async () => {
    await runModels.close();
    await store.close();
  });
  return inProcessExecutor(runModels);
});
