import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { completionFor, type DescribedCommand } from './completion.ts';

const commands: readonly DescribedCommand[] = [
  {
    name: 'rollout',
    about: "the agent's trees",
    options: [
      { flag: '--agent', help: 'who plays', choices: ['script', 'react'], kind: 'choice' },
      { flag: '--eager', help: 'less', choices: [], kind: 'switch' },
    ],
  },
  { name: 'data pull', about: 'fetch', options: [{ flag: '--from', help: 'x', choices: [], kind: 'text' }] },
];

/** What bash offers after these words. */
const offered = (...words: readonly string[]): string => {
  const line = ['juxta', ...words].map(word => `'${word}'`).join(' ');
  const script = `${completionFor('bash', commands)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _juxta; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout.trim();
};

test('bash completes commands, their options, and what an option may be', () => {
  assert.equal(offered(''), 'rollout data');
  assert.equal(offered('rollout', '--'), '--agent --eager');
  assert.equal(offered('rollout', '--agent', 're'), 'react');
  assert.equal(offered('data', ''), 'pull');
  assert.equal(offered('data', 'pull', '--f'), '--from');
});

test('fish is told what an option means, and what it may be', () => {
  const script = completionFor('fish', commands)!;
  assert.match(script, /-l agent -d 'who plays' -r -f -a 'script react'/);
  assert.match(script, /-a rollout -d 'the agent'\\''s trees'/);
  assert.equal(completionFor('tcsh', commands), undefined);
});
