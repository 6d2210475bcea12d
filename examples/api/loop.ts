// What the commands do, from code: trees, training data, an evaluation before and after, and their comparison.
import { compareRuns, evaluate, exportData, rollout, treesOf } from 'juxta';

const stop = new AbortController(); // stop.abort() ends the work; { resume: run } goes on with it
const watch = { signal: stop.signal, onProgress: ({ stage = '', done = 0, total = 0 }) => console.error(stage, done, total) };
const players = { environment: 'hamlet', agent: 'fallible-script', threads: 1 } as const;

const { run, averageReward } = await rollout({ ...players, tasks: 4, search: { beam: 4 } }, watch);
for await (const tree of treesOf(run)) console.log(`${tree.task}: reward ${tree.reward}, ${tree.nodes.length} nodes`);
const { files } = await exportData({ run, format: 'trl-dpo', out: 'data', minReward: 0.5 });
console.log(`${run}: average reward ${averageReward.toFixed(2)}, ${files.map(({ file, rows }) => `${rows} rows of ${file}`).join(', ')}`);

const before = await evaluate({ ...players, tasks: 10 }, watch);
const after = await evaluate({ ...players, agent: 'script', tasks: 10 }, watch);
const { success } = await compareRuns(before.run, after.run);
console.log(`success ${success.before.value} -> ${success.after.value}, p ${success.p}`);
