import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BadInputError } from '../../base/errors.ts';
import { costOf, readPrices } from './price.ts';

const withFile = (content: string, use: (path: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'prices-'));
  try {
    const path = join(folder, 'prices.json');
    writeFileSync(path, content);
    use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('the snapshot is dated, and a dated model costs what its family costs unless listed itself', () => {
  const prices = readPrices();
  assert.match(prices.date, /^\d{4}-\d{2}-\d{2}$/);
  assert.equal(prices.priceOf('openai:gpt-4o-2024-08-06')?.input, prices.priceOf('openai:gpt-4o')?.input);
  assert.notEqual(prices.priceOf('openai:gpt-4o-2024-05-13')?.input, prices.priceOf('openai:gpt-4o')?.input);
  assert.ok(prices.priceOf('anthropic:claude-sonnet-4-20250514'));
  assert.ok(prices.priceOf('google:gemini-2.5-flash'));
});

test('an unknown model has no price, an embedded one costs nothing', () => {
  const prices = readPrices();
  assert.equal(prices.priceOf('openai:gpt-99'), undefined);
  assert.equal(prices.priceOf('http://localhost:8000/v1#llama'), undefined);
  assert.deepEqual(prices.priceOf('embedded:base'), { input: 0, output: 0 });
});

test('a user file in the layout of models.dev goes before the snapshot and prices endpoints by address', () => {
  const file = {
    openai: { models: { 'gpt-4o': { name: 'GPT-4o', cost: { input: 9, output: 9 } } } },
    somewhere: {
      api: 'https://api.example/v1/',
      models: { 'org/llama': { cost: { input: 0.2, output: 0.4 }, limit: { context: 8192 } } },
    },
    'http://localhost:8000/v1': { models: { llama: { cost: { input: 0, output: 0 } } } },
  };
  withFile(JSON.stringify(file), path => {
    const prices = readPrices(path);
    assert.equal(prices.priceOf('openai:gpt-4o')?.input, 9);
    assert.equal(prices.priceOf('https://api.example/v1#org/llama')?.output, 0.4);
    assert.equal(prices.priceOf('http://localhost:8000/v1#llama')?.output, 0);
    assert.ok(prices.priceOf('openai:gpt-4o-mini'));
  });
});

test('a broken price file is refused with file and field', () => {
  const broken = '{"openai": {"models": {"gpt-4o": {"cost": {"input": "cheap", "output": 1}}}}}';
  for (const [content, where] of [
    [broken, /prices\.json, field openai\.models\.gpt-4o\.cost\.input/],
    ['{', /prices\.json/],
  ] as const) {
    withFile(content, path => {
      assert.throws(
        () => readPrices(path),
        (thrown: unknown) => thrown instanceof BadInputError && where.test(thrown.message),
      );
    });
  }
});

test('cost counts cached tokens at their own rate, and long prompts at theirs', () => {
  const price = {
    input: 2,
    output: 10,
    cache_read: 0.5,
    context_over_200k: { input: 4, output: 20 },
  };
  assert.equal(
    costOf({ inputTokens: 1_000, outputTokens: 100, cachedTokens: 400 }, price),
    (600 * 2 + 400 * 0.5 + 1000) / 1e6,
  );
  assert.equal(costOf({ inputTokens: 300_000, outputTokens: 100 }, price), (300_000 * 4 + 2000) / 1e6);
});
