import { existsSync } from 'node:fs';
import { JuxtaError } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole.ts';
import { openEnvironment } from '../../environments/open.ts';
import type { LeftOut } from '../../environments/recorded/tasks.ts';
import { defaultEnvironment } from '../../environments/registry.ts';
import { importTasks } from '../../runs/import-tasks.ts';
import { type Action, givenIn } from '../commands/command.ts';
import type { Options } from '../commands/import.ts';
import { environmentOf } from '../configure/environment.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { progressOn, say } from '../terminal/terminal.ts';

export const action: Action<Options & EnvironmentOptions> = async (options, call) => {
  const { out, goals, redact } = options;
  // What a configuration file calls the model is the agent's, not one that is to be paid for this.
  const model = givenIn(call)('model') ? options.model : undefined;
  const [file = ''] = call.arguments;
  if (existsSync(out))
    throw new JuxtaError('would-overwrite', `${out} would be overwritten`, {
      hint: 'name another file: --out FILE',
    });
  const isNamed = options.environment !== defaultEnvironment || givenIn(call)('environment');
  const tools = isNamed ? (await openEnvironment(await environmentOf(options))).tools : undefined;
  const draw = progressOn(process.stderr);
  const imported = await importTasks(file, {
    goals,
    redact,
    ...(tools && { tools }),
    ...(model !== undefined && { model: await open(model) }),
    signal: call.signal,
    ...(model !== undefined && {
      onProgress: (done, total) => draw({ stage: 'write instructions', done, total, unit: 'tasks' }),
    }),
  });
  await writeWhole(out, imported.tasks.map(task => `${JSON.stringify(task)}\n`).join(''));
  const { tasks, conversations, leftOut, replaced } = imported;
  say(`${out}: ${tasks.length} tasks of ${conversations} conversations`);
  for (const [reason, count] of countsOf(leftOut)) say(`  left out ${count}: ${reason}`);
  if (replaced)
    say(`  replaced ${replaced.emails} emails, ${replaced.phones} phone and ${replaced.cards} card numbers`);
  return { out, tasks: tasks.length, conversations, leftOut, ...(replaced && { replaced }) };
};

/** Loads what speaks to providers only now. */
const open = async (name: string) => (await import('../../api/models.ts')).openModel(name);

const countsOf = (leftOut: readonly LeftOut[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { reason } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
};
