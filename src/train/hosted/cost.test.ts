import assert from 'node:assert/strict';
import { it } from 'node:test';
import { approximateTokens, estimateCost, tokensInRow } from './cost.ts';

const words = (text: string): number => text.split(' ').length;
const user = { role: 'user', content: 'a hotel please' };
const said = { role: 'assistant', content: 'which area' };

it('counts messages, calls and tools of a conversation', () => {
  assert.equal(tokensInRow({ messages: [user, said] }, words), 3 + 2 + 2 * 4);
  assert.equal(
    tokensInRow({ messages: [user, said], tools: [{ description: 'finds a hotel' }] }, words),
    13 + 3,
  );
  const call = { role: 'assistant', tool_calls: [{ function: { name: 'search' } }] };
  assert.equal(tokensInRow({ messages: [call] }, words), 4 + 1 + 1);
});

it('counts the prompt of a pair twice', () => {
  const row = { input: { messages: [user] }, preferred_output: [said], non_preferred_output: [said] };
  assert.equal(tokensInRow(row, words), 2 * (3 + 4) + 2 * (2 + 4));
});

it('multiplies tokens, epochs and price, and knows no cost without a price', () => {
  assert.equal(estimateCost(10, 2_000_000, 3, 5).usd, 30);
  assert.equal(estimateCost(10, 2_000_000, 3, undefined).usd, undefined);
  assert.equal(approximateTokens('twelve chars'), 3);
});
