import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyValue } from '../values/arbitrary.testing.ts';
import type { Value } from '../values/value.ts';
import { literal } from './python.testing.ts';
import { readAssigned, readReturned } from './python-literals.ts';

const read = (written: string): Value =>
  readAssigned({ text: `X = ${written}\n`, where: 'a.py' }, 'X', ['Task']);

test('whatever value is written as Python comes back', () => {
  fc.assert(fc.property(anyValue, value => assert.deepEqual(read(literal(value)), value)));
});

test('integers and floats stay apart', () => {
  assert.deepEqual(read('[100, 100.0, 1_000, -5, +7, 00, 12345678901234567890]'), [
    ...[100n, 100, 1000n, -5n, 7n, 0n, 12345678901234567890n],
  ]);
  assert.deepEqual(read('[1., .5, 1e5, 2.5E-3, -0.0, 1_0.5]'), [1, 0.5, 100000, 0.0025, -0, 10.5]);
});

for (const [written, text] of [
  [`'it''s'`, 'its'],
  [`"it's"`, "it's"],
  [String.raw`'\'\"\\\n\r\t\a\b\f\v\0\101\x41\u00e9\U0001f6eb'`, '\'"\\\n\r\t\x07\b\f\v\0AAé\u{1f6eb}'],
  [String.raw`'\d\.'`, '\\d\\.'],
  [String.raw`r'\n\''`, "\\n\\'"],
  [`u'plain'`, 'plain'],
  [`'one \\\nline'`, 'one line'],
  [`"""two\nlines, "quoted" """`, 'two\nlines, "quoted" '],
  [`'''it's'''`, "it's"],
  [`""`, ''],
  [`("a " # not "this"\n  'b'\n\n  r"\\c")`, 'a b\\c'],
  [`"a" \\\n  "b"`, 'ab'],
] as const) {
  test(`${JSON.stringify(written)} is a text`, () => assert.equal(read(written), text));
}

test('the ends of lines are the same on every system', () => {
  assert.deepEqual(read('["""a\r\nb""",\r\n"c"]'), ['a\nb', 'c']);
});

test('lists, tuples, dicts and calls may go over lines, with comments and a last comma', () => {
  assert.deepEqual(read('[\n  1, # one\n  # nothing\n  (2, "x",),\n  (3,), (4), ((5)), (), [],\n]  # end'), [
    ...[1n, [2n, 'x'], [3n], 4n, 5n, [], []],
  ]);
  assert.deepEqual(
    read('{"10": None, "9": True, "a" "b": {}, "10": False}'),
    new Map<string, Value>([
      ['10', false],
      ['9', true],
      ['ab', new Map()],
    ]),
  );
  assert.deepEqual(
    read('Task(\n  id="0",\n  actions = [Task()],\n)'),
    new Map<string, Value>([
      ['id', '0'],
      ['actions', [new Map()]],
    ]),
  );
});

for (const [written, line, problem] of [
  ['[1,\n2,\nname]', 3, /name is no literal, and nothing is executed/],
  ['[Task(),\nAction()]', 2, /Action is no literal/],
  ['[1] + [2]', 1, /expected the end of the line, found "\+"/],
  ['[x for x in y]', 1, /x is no literal/],
  ['[1 for x in y]', 1, /expected "," or "]", found "f"/],
  ['["a" + "b"]', 1, /found "\+"/],
  ['["a" % 5]', 1, /found "%"/],
  ['["a".upper()]', 1, /found "\."/],
  ['[\nf"{x}"]', 2, /f" begins no plain text/],
  ["[b'x']", 1, /b' begins no plain text/],
  ['["open\n"]', 1, /not closed/],
  ['["""open\n', 1, /not closed/],
  ['"\\', 1, /not closed/],
  ['"\\x4"', 1, /\\x is not followed by what it needs/],
  ['"\\N{DASH}"', 1, /\\N is not followed/],
  ['"\\U00110000"', 1, /no character/],
  ['[1, 2', 2, /expected "," or "]", found the end/],
  ['[1,, 2]', 1, /expected a literal, found ","/],
  ['[1 2]', 1, /expected "," or "]"/],
  ['[010]', 1, /010 is no number/],
  ['[0x1f]', 1, /0x1f is no number/],
  ['[1j]', 1, /1j is no number/],
  ['[1e999]', 1, /1e999 is no number/],
  ['[- 1]', 1, /expected a literal, found "-"/],
  ['{1: 2}', 1, /expected a text as key/],
  ['{"a", "b"}', 1, /expected ":"/],
  ['{**x}', 1, /expected a text as key/],
  ['Task("x")', 1, /expected a keyword/],
  ['Task(x)', 1, /expected "=" after a keyword/],
  ['Task(x=1,\n\nx=2)', 3, /x is given twice/],
  ['', 1, /expected a literal, found "\\n"/],
  ['[\n'.repeat(300), 201, /200 levels/],
] as const) {
  test(`${JSON.stringify(written.slice(0, 30))} is refused in line ${line}`, () => {
    assert.throws(() => read(written), {
      name: 'BadInputError',
      where: `a.py, line ${line}`,
      message: problem,
    });
  });
}

test('a name must be given its value once, at the top, and nothing else must happen to it', () => {
  const source = (text: string) => ({ text, where: 'a.py' });
  const text = 'XY = 1\nclass A:\n  X = 2\nX = 3\nprint(X)\n';
  assert.equal(readAssigned(source(text), 'X'), 3n);
  assert.throws(() => readAssigned(source('Y = 1\n'), 'X'), { message: 'a.py: there is no `X =` in it' });
  for (const more of ['X = 4', 'X += [4]', 'X.append(4)']) {
    assert.throws(() => readAssigned(source(`${text}${more}\n`), 'X'), {
      message: 'a.py, line 6: expected `X =` once, and nothing more of it',
    });
  }
  assert.throws(() => readAssigned(source('\nX == 4\n'), 'X'), { where: 'a.py, line 2' });
});

test('a function must return its literal at once', () => {
  const source = (body: string) => ({
    text: `class A:\n    def get_info_of(): return 0\n    def get_info() -> Dict[str, Any]:\n${body}`,
    where: 'a.py',
  });
  assert.equal(readReturned(source('        # why\n\n        return 5\n'), 'get_info'), 5n);
  assert.equal(readReturned(source('        return (\n  "a"\n  "b"\n)'), 'get_info'), 'ab');
  assert.throws(() => readReturned(source('        x = 1\n        return 5\n'), 'get_info'), {
    where: 'a.py, line 3',
    message: /expected `def get_info\(\.\.\.\): return` and a literal/,
  });
  assert.throws(() => readReturned(source('        return x\n'), 'get_info'), { where: 'a.py, line 4' });
  assert.throws(() => readReturned(source('  return 5\n'), 'invoke'), {
    message: /there is no `def invoke/,
  });
});
