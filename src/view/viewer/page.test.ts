/** The page as a person meets it: in a browser, over a real store. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { openStore } from '../../store/sqlite.ts';
import { openBrowser, problemsOn, withoutBrowser } from './browser.testing.ts';
import { forkedTree, largeTree, projectWithRuns, runRow, saveTree, stage } from './project.testing.ts';
import { openViewer, type RunningViewer } from './viewer.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds that keeps somebody from using the page: by all of its rules, or by some. */
const seriousViolations = async (page: Page, rules?: readonly string[]): Promise<readonly string[]> => {
  await page.evaluate(axe);
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  const found = (await page.evaluate(`axe.run(${options})`)) as { readonly violations: readonly Violation[] };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};

describe('the page', { skip: withoutBrowser }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-page-'));
  let viewer: RunningViewer;
  let browser: Browser;
  let page: Page;
  let problems: readonly string[];
  const treePath = `/runs/rollout-1/${encodeURIComponent(stage)}/task-forked/7`;

  const comparison = `/comparison?${new URLSearchParams({
    ...{ before: 'evaluate-1', beforeStage: 'evaluate, greedy' },
    ...{ after: 'evaluate-2', afterStage: 'evaluate, greedy' },
  })}`;

  before(async () => {
    execFileSync(process.execPath, [
      fileURLToPath(new URL('../../../scripts/build-page.js', import.meta.url)),
    ]);
    await projectWithRuns(folder);
    const store = openStore(folder);
    await store.saveRun(runRow('rollout-3', { started: '2025-01-01T00:00:00.000Z' }));
    for (let i = 0; i < 250; i++)
      await saveTree(store, 'rollout-3', forkedTree(`task-${String(i).padStart(4, '0')}`));
    await saveTree(store, 'rollout-3', largeTree('large', 2001));
    await store.close();
    viewer = await openViewer({ folder });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    problems = problemsOn(page);
  });
  after(async () => {
    await browser?.close();
    await viewer?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => page.setViewportSize({ width: 1280, height: 800 }));
  const open = (path: string) => page.goto(new URL(path, viewer.url).href);
  const path = (): string => decodeURIComponent(new URL(page.url()).pathname + new URL(page.url()).search);

  it('leads from the runs to a run, a tree and the comparison, and back', async () => {
    await open('/');
    await page.getByRole('link', { name: 'rollout-1' }).click();
    await page.getByRole('link', { name: /^task-forked/ }).click();
    await page.getByText('I found Hotel Ophelia in the north.', { exact: true }).waitFor();
    await page.getByRole('link', { name: /^Compare what won/ }).click();
    await page.getByRole('heading', { name: /what won beside/ }).waitFor();
    assert.match(path(), /\/compare\?fork=$/);
    await page.goBack();
    await page.goBack();
    await page.getByRole('heading', { name: 'Trees' }).waitFor();
    assert.equal(path(), '/runs/rollout-1');
  });

  it('can be used with the keyboard alone', async () => {
    await open(treePath);
    const map = page.getByRole('tree');
    await map.focus();
    const selected = (): Promise<string | null> => page.getByRole('treeitem').textContent();
    assert.match((await selected())!, /^node LL; golden.*reached hotel\/book_hotel/);
    await map.press('ArrowDown');
    assert.match((await selected())!, /^node LR; ended by a fault/);
    assert.match(path(), /node=LR$/);
    await page.locator('.ended', { hasText: 'fault of the infrastructure' }).waitFor();
    await map.press('Home');
    assert.match((await selected())!, /^node root/);
    await map.press('ArrowRight');
    assert.match((await selected())!, /^node L;/);
    await page.getByRole('link', { name: /^Compare what won/ }).press('Enter');
    await page.getByText('fork 1 of 2').waitFor();
    await page.keyboard.press('n');
    await page.getByText('fork 2 of 2').waitFor();
    await page.keyboard.press('p');
    await page.getByText('fork 1 of 2').waitFor();
    await page.getByRole('link', { name: /^next fork/ }).click();
    await page.getByRole('link', { name: /^next tree/ }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'task-hostile <b>: what won' }).waitFor();
    await page.getByText('fork 1 of 2').waitFor();
  });

  it('marks the words and arguments in which a sibling differs, and says what each became', async () => {
    await open(`${treePath}/compare?fork=`);
    await page.locator('.pairs').waitFor();
    const [won, lost] = await Promise.all(
      [0, 1].map(column =>
        page.locator('.pairs > li').first().locator('> div').nth(column).locator('mark').allTextContents(),
      ),
    );
    assert.deepEqual(
      [won, lost],
      [
        ['north', 'north'],
        ['south', 'south'],
      ],
    );
    await page.getByRole('region', { name: 'What won' }).getByText('DPO chosen').waitFor();
    await page.getByRole('region', { name: 'What lost' }).getByText('DPO rejected').waitFor();
  });

  it('opens at any of its addresses, and says what cannot be shown', async () => {
    await open(`${treePath}?node=R`);
    await page.locator('.ended', { hasText: 'superseded: a sibling was first' }).waitFor();
    await open('/runs/rollout-99');
    await page.getByText('there is no run rollout-99').waitFor();
    await open('/elsewhere/%E0%A4%A');
    await page.getByText('There is nothing at this address.').waitFor();
    await open(`/runs/rollout-1/${stage}/task-lost/7/compare`);
    await page.getByText('nothing to compare').waitFor();
  });

  it('says why it cannot tell what a call changed', async () => {
    await open(`${treePath}?node=L`);
    await page.getByText('what changed in the environment').click();
    await page.getByText('no longer has the task task-forked').waitFor();
  });

  it('filters trees, and keeps the filter in the address', async () => {
    await open('/runs/rollout-1');
    await page.getByRole('combobox', { name: 'Reward', exact: true }).selectOption('none');
    await page.getByText('1 tree', { exact: true }).waitFor();
    assert.match(path(), /outcome=none/);
    await page.reload();
    await page.getByRole('link', { name: /^task-lost/ }).waitFor();
    await page.getByRole('searchbox', { name: /^Said/ }).fill('a train');
    await page.getByRole('searchbox', { name: /^Said/ }).press('Enter');
    await page.getByText('1 tree', { exact: true }).waitFor();
    assert.match(path(), /words=a\+train/);
    await page.getByRole('searchbox', { name: 'Task' }).fill('no such');
    await page.getByText('No tree matches.').waitFor();
  });

  it('compares two evaluations, down to the conversations of a task that flipped', async () => {
    await open('/');
    await page.getByRole('link', { name: 'Compare two evaluations' }).click();
    await page.getByLabel('Before').selectOption('evaluate-1: evaluate, greedy');
    await page.getByLabel('After').selectOption('evaluate-2: evaluate, greedy');
    await page.getByText('3 conversations of the same task and seed on both sides').waitFor();
    const won = page.getByRole('region', { name: 'Won' });
    await won.getByText('task-1').waitFor();
    await won.getByRole('link', { name: /^after/ }).click();
    await page.getByText('evaluate-2 found it.', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'evaluate, greedy' }).first().click();
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('failure');
    await page.getByText('1 conversation', { exact: true }).waitFor();
  });

  it('shows what a training did, and saves its chart', async () => {
    await open('/runs/selftrain-1');
    await page.getByRole('img', { name: /loss. round 1, SFT: from 2 to 0.2/ }).waitFor();
    await page.getByText('1 of 4', { exact: true }).waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'save as CSV' }).click(),
    ]);
    assert.equal(saved.suggestedFilename(), 'selftrain-1, loss.csv');
    assert.match(readFileSync(await saved.path(), 'utf8'), /^"line","step","loss"\n"round 1, SFT",0,2\n/);
  });

  it('draws only the trees in sight of a long list, whose end can be reached', async () => {
    await open('/runs/rollout-3');
    await page.getByRole('link', { name: /^large/ }).waitFor();
    assert.ok((await page.locator('.tree-row').count()) < 60);
    await page.locator('.rows').press('End');
    await page.getByRole('link', { name: /^task-0249/ }).waitFor();
  });

  it('draws a tree of two thousand nodes, of which each can be chosen', async () => {
    await open(`/runs/rollout-3/${stage}/large/7`);
    const map = page.getByRole('tree');
    await map.waitFor();
    assert.match((await page.getByRole('treeitem').textContent())!, /^node L{10}; golden/);
    assert.ok((await map.locator('*').count()) < 10);
    await map.press('ArrowDown');
    assert.match((await page.getByRole('treeitem').textContent())!, /^node L{9}R; lost/);
    // The root lies at the left edge, wherever the tree has been scrolled to: somewhere down there a click meets it.
    await page.goto(new URL(treePath, viewer.url).href);
    await map.waitFor();
    for (let y = 10; y < 140 && !/^node root/.test((await page.getByRole('treeitem').textContent())!); y += 8)
      await map.click({ position: { x: 24, y } });
    assert.match((await page.getByRole('treeitem').textContent())!, /^node root/);
  });

  it('shows what a model wrote as text, whatever it wrote', async () => {
    const tree = `/runs/rollout-1/${stage}/${encodeURIComponent('task-hostile <b>')}/7`;
    const conversation = `/conversations/evaluate-1/${encodeURIComponent('evaluate, greedy')}/task-1/1`;
    const forks = ['', 'L'].map(fork => `${tree}/compare?fork=${fork}`);
    for (const address of [`${tree}?node=LL`, `${tree}?node=LR`, ...forks, conversation]) {
      await open(address);
      await page.locator('.turn:visible').first().waitFor();
      const text = (await page.locator('main').textContent())!;
      assert.ok(text.includes('<script>window.broken = "script"</script>'));
      assert.ok(text.includes('␛[31mred') && text.includes('⟨U+202E⟩esrever') && !text.includes('\u202E'));
      const strange = page.locator('main :is(script, img, iframe, a[href^="javascript"], a[href*="evil"])');
      assert.equal(await strange.count(), 0);
      assert.equal(await page.evaluate('window.broken'), undefined);
    }
  });

  it('shows a new tree while a run goes on', async () => {
    await open('/runs/rollout-2');
    await page.getByRole('heading', { name: 'rollout-2' }).waitFor();
    const store = openStore(folder);
    await saveTree(store, 'rollout-2', forkedTree('task-fresh'));
    await store.close();
    await page.getByRole('link', { name: /^task-fresh/ }).waitFor();
  });

  it('has no serious violation of accessibility, light and wide or dark and narrow, and never scrolls sideways', async () => {
    for (const [colorScheme, width, rules] of [
      ['light', 1280, undefined],
      ['dark', 375, ['color-contrast', 'scrollable-region-focusable']],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const [address, shown] of [
        ['/', 'table'],
        ['/runs/rollout-1', '.tree-row'],
        ['/runs/selftrain-1', '.chart'],
        [treePath, '.turn:visible'],
        [`${treePath}/compare?fork=`, '.pairs'],
        ['/runs/rollout-99', '[role=alert]'],
        ['/conversations/evaluate-1/evaluate%2C%20greedy', '.tree-row'],
        ['/conversations/evaluate-1/evaluate%2C%20greedy/task-1/1', '.turn'],
        [comparison, '.flips'],
      ] as const) {
        await open(address);
        await page.locator(shown).first().waitFor();
        assert.deepEqual(await seriousViolations(page, rules), [], `${address}, ${colorScheme}, ${width}`);
        const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.ok(Number(sideways) <= 0, `${address} is ${sideways} pixels wider than ${width}`);
      }
    }
  });

  it('met no error and nothing that its policy had to forbid, but for what was not there', () => {
    const expected = /status of 404/;
    assert.deepEqual(
      problems.filter(problem => !expected.test(problem)),
      [],
    );
  });
});
