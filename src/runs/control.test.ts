import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage, type Turn } from '../dialogue/turn.ts';
import { harvestTree } from '../harvest/harvest.ts';
import type { Episode } from '../play/converse.ts';
import { asIfWon } from './rollout.ts';

const turn = (speaker: Turn['speaker'], content: string): Turn => {
  const said = [{ role: speaker === 'user' ? 'user' : 'assistant', content }] as Turn['internal'];
  return { speaker, visible: said, internal: said, calls: [], usage: noUsage };
};

const episode: Episode = {
  task: 't',
  taskType: 'hotel',
  seed: 1,
  systemPrompt: 'You help travellers.',
  turns: [turn('user', 'A hotel.'), turn('agent', 'Where?')],
  reward: 0,
  reached: [],
  cause: 'turn-limit',
};

test('a control’s conversation is imitated with the prompt that it was held under', () => {
  const examples = harvestTree(asIfWon(episode), []);
  const sft = examples.filter(example => example.kind === 'sft');
  assert.equal(sft.length, 1);
  assert.match(JSON.stringify(sft[0]), /You help travellers\./);
});

test('a control’s conversation that a fault ended gives no example, and is counted as faulty', () => {
  const tree = asIfWon({ ...episode, cause: 'infrastructure-fault' });
  assert.deepEqual(harvestTree(tree, []), []);
  assert.equal(tree.nodes[0]!.cause, 'infrastructure-fault');
});
