import { memoryLog } from '../../src/models/layers/completion-log.ts';
import type { StackOptions } from '../../src/models/layers/stack.ts';
import { type Measured, print } from './play.ts';
import { openScene } from './scene.ts';
import { searchInLockstep } from './search.ts';

/** HTTP requests (a request for several samples counts once) against those of a plain run, at equal golden paths. */
export const calls = async ({ tasks, search }: Measured): Promise<void> => {
  const scene = await openScene(tasks);
  const shared = (): StackOptions => ({ coalesce: true, cache: memoryLog() });
  let base: { readonly calls: number; readonly prompts: number; readonly golden: string } | undefined;
  print('| | calls | fewer | per golden path | prompt characters, fewer | longest chain |');
  print('|---|---|---|---|---|---|');
  for (const [name, options, layers] of [
    ['plain: one call per sample', {}, {}],
    ['siblings in one request, sharing and cache', {}, shared()],
    ['and eager, 4 leaves at once', { eager: true, wave: 4 }, shared()],
    ['and eager, 2 leaves at once', { eager: true, wave: 2 }, shared()],
    ['and eager, 1 leaf at once', { eager: true, wave: 1 }, shared()],
  ] as const) {
    const { trees, model, chain } = await searchInLockstep(scene, { ...search, ...options }, layers);
    const { agent, user, promptCharacters: prompts } = model.counts;
    const golden = JSON.stringify(trees.map(({ reward, collapses }) => [reward, collapses]));
    base ??= { calls: agent + user, prompts, golden };
    if (golden !== base.golden) throw new Error(`${name}: other golden paths`);
    const paths = trees.reduce((sum, { collapses }) => sum + collapses.length, 0);
    const fewer = (part: number, whole: number): string => `${(100 * (1 - part / whole)).toFixed(1)} %`;
    print(
      `| ${name} | ${agent + user} | ${fewer(agent + user, base.calls)} | ${((agent + user) / paths).toFixed(1)} | ` +
        `${fewer(prompts, base.prompts)} | ${chain} |`,
    );
  }
};
