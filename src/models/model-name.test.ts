import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOfModel } from './model-name.ts';
import { baseWeights } from './open.ts';

test('a model is named without the place where it lies', () => {
  assert.equal(nameOfModel(baseWeights), 'embedded:base');
  const run = '/home/me/project/.juxta/runs/selftrain-1';
  assert.equal(nameOfModel(`${run}/round-2/model.safetensors`), 'embedded:selftrain-1/round-2');
  assert.equal(nameOfModel(`${run}/model.safetensors`), 'embedded:selftrain-1');
  assert.equal(nameOfModel('/elsewhere/mine.safetensors'), 'mine.safetensors');
  assert.equal(nameOfModel('http://localhost:8000/v1#org/model'), 'org/model');
  assert.equal(nameOfModel('openai:gpt'), 'openai:gpt');
});
