import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endOrphans } from './children.ts';

const program = fileURLToPath(new URL('./player.testing.ts', import.meta.url));

describe('processes of sessions', () => {
  // Of their own, so that nobody else's next session ends what is looked for here.
  const folder = mkdtempSync(join(tmpdir(), 'juxta-children-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Plays in a process that ends when its standard input is closed, and in one that does not. */
  const start = async (...args: readonly string[]) => {
    const player = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(player.stdout, 'data')) as [Buffer];
    const [willing, stubborn] = JSON.parse(line.toString()) as [number, number];
    return { player, willing, stubborn };
  };

  const ended = async (player: ChildProcess): Promise<void> => {
    if (player.exitCode === null && player.signalCode === null) await once(player, 'exit');
  };

  const isGone = async (pid: number): Promise<boolean> => {
    for (let tries = 0; tries < 100; tries++) {
      try {
        process.kill(pid, 0);
      } catch {
        return true;
      }
      await wait(50);
    }
    return false;
  };

  const left = (): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
      /\.json$|juxta-session-/.test(name),
    );

  it('are gone after kill -9 of ours: at once if they mind their standard input, or else when a session is opened next', async () => {
    const { player, willing, stubborn } = await start();
    endOrphans();
    for (const pid of [willing, stubborn])
      assert.doesNotThrow(() => process.kill(pid, 0), 'ours still lives');
    player.kill('SIGKILL');
    await ended(player);
    assert.ok(await isGone(willing));
    assert.doesNotThrow(() => process.kill(stubborn, 0));
    endOrphans();
    assert.ok(await isGone(stubborn));
    assert.deepEqual(left(), []);
  });

  it('are gone after an exit that took no leave', async () => {
    const { player, willing, stubborn } = await start('--exit');
    await ended(player);
    assert.ok(await isGone(willing));
    assert.ok(await isGone(stubborn));
    assert.deepEqual(left(), []);
  });
});
