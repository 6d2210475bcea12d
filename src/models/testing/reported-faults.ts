import assert from 'node:assert/strict';
import type { Counts } from '../layers/events.ts';
import type { ServerStats } from './scripted-server.ts';

/**
 * Every fault that a server made must have been told, by its name or, where its answer came too late to a busy
 * machine, as a time-out.
 */
export const assertFaultsReported = (events: Counts, made: ServerStats['faults']): void => {
  const of = (counts: Counts, ...names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  const late = of(events, 'fault timeout') - of(made, 'hang');
  const untold = {
    'rate-limit': of(made, 'rate-limit') - of(events, 'fault rate-limit'),
    server: of(made, 'error-500', 'error-503') - of(events, 'fault server'),
    reset: of(made, 'reset') - of(events, 'fault reset'),
    truncated: of(made, 'truncated') - of(events, 'fault truncated'),
  };
  const text = JSON.stringify({ late, untold, events, made });
  assert.ok(late >= 0, text);
  for (const count of Object.values(untold)) assert.ok(count >= 0, text);
  assert.ok(Object.values(untold).reduce((sum, count) => sum + count, 0) <= late, text);
};
