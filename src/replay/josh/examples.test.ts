import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../dialogue/message.ts';
import { noUsage, type Turn } from '../../dialogue/turn.ts';
import { defaultSearch, josh, type Play } from '../../search/josh/josh.ts';
import { keepExamples, trimmed } from './examples.ts';

const user: Message = { role: 'user', content: 'u' };
const agent: Message = { role: 'assistant', content: 'a' };

test('user messages at the end are dropped, but never all of a conversation of nothing else', () => {
  assert.deepEqual(trimmed([user, agent, user, user]), [user, agent]);
  assert.deepEqual(trimmed([user, user, user]), [user]);
  assert.deepEqual(trimmed([agent]), [agent]);
  assert.deepEqual(trimmed([]), []);
});

const turn: Turn = { speaker: 'agent', visible: [], internal: [], calls: [], usage: noUsage };

/** Each turn reaches a goal; the user breaks after so many of them. */
const kept = async (breaksAfter: number): Promise<number> => {
  const play: Play<readonly Message[], string> = {
    goals: ['1', '2', '3'],
    agentStep: async state => ({ state: [...state, agent], turn, status: 'spoke' }),
    userStep: async state => {
      const broken = state.filter(message => message === agent).length >= breaksAfter;
      return broken
        ? { state, turn, status: 'over', thrown: new Error('Boom') }
        : { state: [...state, user], turn, status: 'spoke' };
    },
    hits: (_state, open) => open.slice(0, 1),
    close: (open, closed) => ({ left: open.filter(goal => !closed.includes(goal)) }),
    outOfTries: state => ({ state, turn }),
  };
  const { examples, onRound } = keepExamples<readonly Message[]>(state => state);
  const options = { ...defaultSearch, beam: 1, userErrors: 'search' } as const;
  for await (const round of josh(play, { state: [user], turns: [] }, options)) onRound(round);
  return examples.length;
};

test('a collapse in the round that broke is kept, but for the first round, which leaves no result', async () => {
  assert.equal(await kept(1), 0);
  assert.equal(await kept(2), 2);
  assert.equal(await kept(3), 3);
});
