/** For tests: the browser of this machine, if it has one. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = [
  process.env.JUXTA_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = places.find(place => place !== undefined && existsSync(place));

/** Why there can be no test in a browser; false if there can. Where tests must not be skipped (`CI`) they fail instead. */
export const withoutBrowser: string | false =
  executablePath === undefined && !process.env.CI
    ? 'there is no Chromium here: apt-get install chromium, or name one in JUXTA_CHROMIUM'
    : false;

export const openBrowser = (): Promise<Browser> => {
  if (executablePath === undefined) throw new Error('there is no Chromium: apt-get install chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
};

/** Collects what goes wrong on a page: errors, and whatever its policy had to forbid. */
export const problemsOn = (page: Page): readonly string[] => {
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('dialog', dialog => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return problems;
};
