import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from './python-template.ts';

const render = (source: string, items: Record<string, unknown> = {}): string =>
  new Template(source).render(items);

test('a text and something else are not added, as in Python', () => {
  for (const [source, type] of [
    ["{{ 'a' + args }}", 'dict'],
    ["{{ args['list'] + 'a' }}", 'list'],
    ["{{ 'a' + 1 }}", 'int'],
    ["{{ 'a' + 'b' + args }}", 'dict'],
  ] as const)
    assert.throws(() => render(source, { args: { list: ['x'] } }), new RegExp(`not "${type}"`), source);
  assert.equal(render("{{ 'a' + 'b' + (1 + 2) | string + (['x'] + ['y']) | join }}"), 'ab3xy');
  assert.equal(render("{{ 'a' + (args | tojson) }}", { args: { a: ['x'] } }), 'a{"a": ["x"]}');
});

test('lists print as Python prints them, and as JSON where the template asks for that', () => {
  const list = ['x', "it's", 'a "b" \'c\'', 1, 1.5, true, null, { k: ['v'] }];
  assert.equal(
    render('{{ list }}', { list }),
    `['x', "it's", 'a "b" \\'c\\'', 1, 1.5, True, None, {'k': ['v']}]`,
  );
  assert.equal(render('{{ list | tojson }}', { list: ['x'] }), '["x"]');
  assert.equal(render("{{ list | join(', ') }}", { list: ['x', 'y'] }), 'x, y');
});

test('a long sum is evaluated once', () => {
  assert.equal(render(`{{ ${Array(60).fill("'a'").join(' + ')} }}`), 'a'.repeat(60));
});
