/**
 * What `juxta view` takes with ten thousand trees of Hamlet and a tree of two thousand nodes: until the list can be used and
 * the tree is drawn, frames while it is scrolled, what it costs to follow a run, and memory of the page and of the server.
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openStore } from '../src/store/sqlite.ts';
import { openBrowser } from '../src/view/viewer/browser.testing.ts';
import { forkedTree, largeTree, saveTree } from '../src/view/viewer/project.testing.ts';
import { openViewer } from '../src/view/viewer/viewer.ts';

const TREES = 10_000;
const PLAYED = 100;
const CHANGES = 10;

const juxta = (cwd: string, ...args: readonly string[]): void => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../bin/juxta.js'), ...args], {
    cwd,
    stdio: 'ignore',
  });
};

/** A hundred trees are played and stored a hundred times under other names. */
const makeProject = async (folder: string): Promise<void> => {
  juxta(folder, 'rollout', '--agent', 'fallible-script', '--tasks', String(PLAYED));
  const store = openStore(folder);
  for (const tree of await Array.fromAsync(store.trees({ run: 'rollout-1' }))) {
    const nodes = await store.nodes(tree);
    for (let copy = 1; copy < TREES / PLAYED; copy++)
      await store.saveTree({ ...tree, task: `${tree.task} (${copy})` }, nodes);
  }
  await saveTree(store, 'rollout-1', largeTree('large', 2001));
  await store.close();
};

const serveIn = async (folder: string): Promise<void> => {
  const { url } = await openViewer({ folder });
  process.on('message', asked => {
    const { user, system } = process.cpuUsage();
    process.send!(asked === 'memory' ? process.memoryUsage.rss() : (user + system) / 1000);
  });
  process.send!(url);
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began);
};

/** Milliseconds between frames while an element is scrolled for a second, slowest last. */
const framesOf = async (page: Page, selector: string): Promise<readonly number[]> =>
  (await page.evaluate(`new Promise(resolve => {
    const box = document.querySelector(${JSON.stringify(selector)});
    const gaps = [];
    let last;
    const began = performance.now();
    const step = now => {
      if (last !== undefined) gaps.push(now - last);
      last = now;
      box.scrollTop += 40;
      if (now - began < 1000) requestAnimationFrame(step);
      else resolve(gaps.sort((a, b) => a - b));
    };
    requestAnimationFrame(step);
  })`)) as readonly number[];

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-bench-view-'));
  await makeProject(folder);
  const server = fork(import.meta.filename, [folder]);
  const [url] = (await once(server, 'message')) as [string];
  const asked = async (what: 'memory' | 'cpu'): Promise<number> => {
    server.send(what);
    const [figure] = (await once(server, 'message')) as [number];
    return figure;
  };
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const at = (path: string): string => new URL(path, url).href;
  const tell = (what: string, figure: string): void => console.log(`${what}: ${figure}`);
  const print = (what: string, gaps: readonly number[]): void =>
    tell(
      what,
      `${gaps.length} frames in a second, half of them within ${gaps[gaps.length >> 1]!.toFixed(1)} ms, the slowest ${gaps.at(-1)!.toFixed(1)} ms`,
    );

  await page.goto(at('/'));
  await page.waitForSelector('tbody a');
  const list = await timed(async () => {
    await page.click('tbody a');
    await page.waitForSelector('.tree-row .task');
  });
  tell(`the list of ${TREES} trees, until it can be used`, `${list} ms`);
  print('the list, scrolled', await framesOf(page, '.rows'));
  const filtered = await timed(async () => {
    await page.getByRole('searchbox', { name: 'Task' }).fill('(77)');
    await page.getByText('100 trees', { exact: true }).waitFor();
  });
  tell('filtered by a word in the task', `${filtered} ms`);
  const found = await timed(async () => {
    await page.getByRole('searchbox', { name: /^Said/ }).fill('no such words');
    await page.getByRole('searchbox', { name: /^Said/ }).press('Enter');
    await page.getByText('No tree matches.').waitFor();
  });
  tell('searched, those hundred, for words in what was said', `${found} ms`);
  await page.goto(at('/runs/rollout-1?search=large'));
  await page.waitForSelector('.tree-row .task');
  const [whole, drawn] = (await page.evaluate(`new Promise(resolve => {
    const began = performance.now();
    const answered = () => performance.getEntriesByType('resource').findLast(({ name }) => name.includes('/tree?')).responseEnd;
    const look = () => document.querySelector('.box canvas')?.width > 300
      ? requestAnimationFrame(now => resolve([now - began, now - answered()].map(Math.round)))
      : requestAnimationFrame(look);
    document.querySelector('.tree-row').click();
    look();
  })`)) as readonly [number, number];
  tell(
    'a tree of 2,001 nodes, from the click to the frame that shows it',
    `${whole} ms, ${drawn} ms of them from the answer on`,
  );
  print('the tree, scrolled', await framesOf(page, '.box'));
  await page.goto(at('/runs/rollout-1'));
  await page.waitForSelector('.tree-row .task');
  await setTimeout(2000);
  const store = openStore(folder);
  const before = await asked('cpu');
  for (let i = 0; i < CHANGES; i++) {
    await saveTree(store, 'rollout-1', forkedTree(`fresh-${i}`));
    await setTimeout(1000);
  }
  const perSecond = ((await asked('cpu')) - before) / CHANGES;
  await store.close();
  tell('the server’s CPU while a tree is written every second', `${perSecond.toFixed(1)} ms per second`);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { readonly usedSize: number };
  tell('memory of the page’s script', megabytes(usedSize));
  tell('memory of the server', megabytes(await asked('memory')));
  await browser.close();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
};

await (process.send ? serveIn(process.argv[2]!) : main());
