import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TauDomain } from './domain.ts';
import { visit } from './world.testing.ts';

/** A tool, what is asked of it, and what it says to that. */
export type Refused = readonly [tool: string, args: string | object, message: string];

/** One test for each: the tool refuses in these words, and the database stays as it is. */
export const testRefusals = (world: TauDomain, refusals: readonly Refused[]): void => {
  for (const [tool, args, message] of refusals) {
    test(`${tool} refuses ${JSON.stringify(args)}`, () => {
      const visitor = visit(world);
      assert.equal(visitor.call(tool, args), `Error: ${message}`);
      assert.equal(visitor.database().changes.size, 0);
    });
  }
};
