/**
 * Between training and playing stands a server that somebody runs: vLLM with the new adapter, or a service. We hand the
 * model over, by a command if one is given, and wait until it answers.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { openLog } from '../../base/log-file.ts';
import { openProviderModel } from '../../models/provider/provider.ts';
import { interrupted } from '../../rollout/interrupted.ts';

/** How trained models come to be served, as plain data. */
export interface Serving {
  /** The name by which a model is reached, `{id}` standing for its id: `http://localhost:8000/v1#{id}`. */
  readonly template: string;
  /** Run by the shell for each new model; finds what to serve in `JUXTA_MODEL`, `JUXTA_ADAPTER` and `JUXTA_BASE`. */
  readonly command?: string;
  /** How long the model may take to answer for the first time. */
  readonly timeoutSeconds: number;
}

/** What is to be served. */
export interface Served {
  /** What it is to be called by the server. */
  readonly id: string;
  /** As other commands take it. */
  readonly name: string;
  /** The adapter's folder, or the whole model's. */
  readonly path: string;
  /** What the adapter belongs on. */
  readonly base: string;
  /** How to serve it, for a person. */
  readonly hint?: string;
  /** Where the command's log goes. */
  readonly folder: string;
}

/** @example servedName('http://localhost:8000/v1#{id}', 'selftrain-1-round-1') */
export const servedName = (template: string, id: string): string => template.replaceAll('{id}', id);

const POLL_MS = 1000;

/**
 * Waits until a model answers. The command is run even if one of that name answers already: it may be another's.
 * @throws JuxtaError `serving-failed` if the command fails, `not-served` if nothing answers in time, `interrupted`
 */
export const serve = async (
  served: Served,
  { command, timeoutSeconds }: Omit<Serving, 'template'>,
  tell: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> => {
  if (command !== undefined) await runCommand(command, served, tell, signal);
  const until = performance.now() + 1000 * timeoutSeconds;
  for (let announced = false; ; announced = true) {
    const fault = await silence(served.name, signal);
    if (signal?.aborted) throw interrupted();
    if (fault === undefined) return;
    if (performance.now() >= until)
      throw new JuxtaError('not-served', `${served.name} does not answer (${fault})`, {
        hint: served.hint ?? 'serve it under that name',
      });
    if (!announced) {
      tell(`waiting until ${served.name} answers`);
      if (command === undefined && served.hint !== undefined) tell(served.hint.split('\n')[0]!);
    }
    await setTimeout(POLL_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
};

/** Why a model does not answer; undefined if it does. */
const silence = async (name: string, signal?: AbortSignal): Promise<string | undefined> => {
  try {
    const messages = [{ role: 'user', content: 'Hello' }] as const;
    const model = openProviderModel(name, { timeoutMs: 60_000 });
    await model.generate({ messages, tools: [], temperature: 0, maxTokens: 8, seed: 1 }, signal);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
};

const runCommand = async (
  command: string,
  served: Served,
  tell: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> => {
  const log = openLog(join(served.folder, 'serve.log'), tell);
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, JUXTA_MODEL: served.id, JUXTA_ADAPTER: served.path, JUXTA_BASE: served.base },
    ...(signal && { signal }),
  });
  // A server that the command leaves behind may hold the pipes for ever: only the shell's own end is waited for.
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => log.write(chunk));
  const how = await new Promise<string | undefined>(done => {
    child.on('error', thrown => done(messageOf(thrown)));
    child.on('exit', (code, by) => done(code === 0 ? undefined : `it ended with ${by ?? `code ${code}`}`));
  });
  child.stdout.destroy();
  child.stderr.destroy();
  await log.close();
  if (signal?.aborted) throw interrupted();
  if (how !== undefined)
    throw new JuxtaError('serving-failed', `the command that should serve ${served.id} failed: ${how}`, {
      hint: `look into ${log.path}`,
    });
};
