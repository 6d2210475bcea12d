import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { validated } from './zod-issue.ts';

const schema = z.object({ messages: z.array(z.object({ role: z.string() })) });

describe('a validated value', () => {
  it('is what the schema makes of it', () => {
    assert.deepEqual(validated(schema, { messages: [{ role: 'user', more: 1 }] }, 'a.json'), {
      messages: [{ role: 'user' }],
    });
  });

  it('that does not fit is reported with its place and the path of the field', () => {
    assert.throws(
      () => validated(schema, { messages: [{ role: 'a' }, { role: 1 }] }, 'a.json:3', { hint: 'h' }),
      {
        message: /^a\.json:3, field messages\[1\]\.role: /,
        hint: 'h',
      },
    );
    assert.throws(() => validated(schema, 7, 'a.json:3'), { message: /^a\.json:3: / });
  });
});
