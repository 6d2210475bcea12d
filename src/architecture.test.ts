/** The rooms and their order, as ARCHITECTURE.md gives them: a room imports from those to its left alone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));

const order: readonly (readonly string[])[] = [
  ['base'],
  ['dialogue'],
  ['store'],
  ['datasets'],
  ['environments'],
  ['models'],
  ['agents', 'users'],
  ['players'],
  ['play'],
  ['search'],
  ['rollout'],
  ['harvest'],
  ['train', 'evaluate'],
  ['runs'],
  ['http'],
  ['serve', 'view', 'replay'],
  ['api'],
  ['cli'],
  ['index.ts', 'testing.ts'],
];

const isSource = (file: string): boolean =>
  file.endsWith('.ts') && !/\.(test|testing|sample|bench)\.ts$|(^|\/)testing\//.test(file);

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(isSource)
  .sort();

const importsOf = (file: string): readonly string[] => {
  const text = readFileSync(join(root, file), 'utf8');
  const relative = text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g);
  return [...relative].map(([, path]) => join(dirname(file), path!));
};

const imports = new Map(files.map(file => [file, importsOf(file)]));

const roomOf = (file: string): string => file.split('/')[0]!;
const placeOf = (room: string): number => order.findIndex(rooms => rooms.includes(room));

/** The files of a cycle, in the order in which they import each other; undefined if there is none. */
const findCycle = (graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined => {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
};

describe('the rooms', () => {
  it('are all named in the order', () => {
    const unnamed = [...new Set(files.map(roomOf))].filter(room => placeOf(room) < 0);
    assert.deepEqual(unnamed, []);
  });

  it('import from rooms to their left alone', () => {
    const wrong = [...imports].flatMap(([file, paths]) =>
      paths
        .filter(path => roomOf(path) !== roomOf(file) && placeOf(roomOf(path)) >= placeOf(roomOf(file)))
        .map(path => `${file} imports ${path}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('hold no files that import each other in a circle', () => {
    assert.equal(findCycle(imports)?.join(' → '), undefined);
  });

  it('would be told of a circle', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    assert.deepEqual(findCycle(graph), ['b', 'c', 'b']);
  });
});
