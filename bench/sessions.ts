/**
 * JOSH over the memory server of the Model Context Protocol, a process for each session, beside the same tools on plain state:
 * the trees must be the same to the byte, and no more sessions open than the cap allows.
 *
 *     node bench/sessions.ts [tasks] [--beam 8] [--sessions 8]
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createCast } from '../src/api/cast.ts';
import { random } from '../src/base/random.ts';
import { toolCall } from '../src/dialogue/message.ts';
import { defineEnvironment } from '../src/environments/define/define.ts';
import { state } from '../src/environments/define/goals.ts';
import type { TaskInput } from '../src/environments/define/task.ts';
import type { EnvironmentDefinition } from '../src/environments/definition.ts';
import { mcpEnvironment } from '../src/environments/mcp/environment.ts';
import type { Model } from '../src/models/model.ts';
import { defaultSearch } from '../src/search/josh/josh.ts';
import type { JoshTree } from '../src/search/josh/tree.ts';
import { searchTree } from '../src/search/search-tree.ts';
import { commandLine } from './command-line.ts';
import { whole } from './numbers.ts';

const program = commandLine(import.meta.filename)
  .argument('[tasks]', 'how many', whole(1), 20)
  .option('--beam <n>', 'most live leaves', whole(1), 8)
  .option('--sessions <n>', 'most sessions at once', whole(1), 8)
  .parse();
const [count] = program.processedArgs as [number];
const { beam, sessions } = program.opts<{ beam: number; sessions: number }>();

interface Graph {
  readonly entities: { name: string; entityType: string; observations: string[] }[];
  readonly relations: unknown[];
}

const facts = ['lives in Lisbon', 'plays the oboe', 'is allergic to nuts'];
const names = ['Ann', 'Ben', 'Cleo', 'Dan'];
const personOf = ({ id }: { readonly id: string }): string => names[Number(id.slice(1)) % names.length]!;

/** A person of whom three facts are to be noted, one told in each turn. */
const tasks: readonly TaskInput[] = Array.from({ length: count }, (_, i) => {
  const person = names[i % names.length]!;
  const told = facts.map(fact => `Please note that ${person} ${fact}.`);
  return {
    id: `t${i}`,
    split: 'train',
    instructions: told.join(' '),
    script: [...told, ...told, ...told, ...told, 'Thanks, bye.'],
  };
});

const common = {
  name: 'memory',
  systemPrompt: 'You keep notes about people.',
  tasks,
  goals: (task: { readonly id: string }) =>
    facts.map(fact =>
      state<Graph>(({ entities }) =>
        entities.some(({ name, observations }) => name === personOf(task) && observations.includes(fact)),
      ),
    ),
};

const start = names.map(name => ({ name, entityType: 'person', observations: [`is called ${name}`] }));
const bin = fileURLToPath(new URL('../node_modules/.bin/mcp-server-memory', import.meta.url));

const onServer = mcpEnvironment<Graph, unknown>({
  ...common,
  server: ({ folder }) => ({ command: bin, env: { MEMORY_FILE_PATH: `${folder}/memory.jsonl` } }),
  only: ['add_observations', 'delete_observations', 'search_nodes'],
  stateFrom: 'read_graph',
  setUp: () => [{ tool: 'create_entities', arguments: { entities: start } }],
  sessions,
});

const list = z.array(z.string());
const text = (value: unknown): string => JSON.stringify(value, null, 2);

/** What the server does, on a draft. */
const onState = defineEnvironment({
  ...common,
  state: (): Graph => ({ entities: structuredClone(start), relations: [] }),
  tools: {
    add_observations: {
      description: 'Add new observations to existing entities in the knowledge graph',
      inputSchema: z.object({
        observations: z.array(z.object({ entityName: z.string(), contents: list })),
      }),
      execute: ({ observations }, { state: { entities } }) =>
        text(
          observations.map(({ entityName, contents }) => {
            const entity = entities.find(({ name }) => name === entityName);
            if (!entity) throw new Error(`Entity with name ${entityName} not found`);
            const added = contents.filter(content => !entity.observations.includes(content));
            entity.observations.push(...added);
            return { entityName, addedObservations: added };
          }),
        ),
    },
    delete_observations: {
      description: 'Delete specific observations from entities in the knowledge graph',
      inputSchema: z.object({
        deletions: z.array(z.object({ entityName: z.string(), observations: list })),
      }),
      execute: ({ deletions }, { state: { entities } }) => {
        for (const { entityName, observations } of deletions) {
          const entity = entities.find(({ name }) => name === entityName);
          if (entity) entity.observations = entity.observations.filter(kept => !observations.includes(kept));
        }
        return 'Observations deleted successfully';
      },
    },
    search_nodes: {
      description: 'Search for nodes in the knowledge graph based on a query',
      inputSchema: z.object({ query: z.string() }),
      readOnly: true,
      execute: ({ query }, { state: { entities } }) =>
        text({ entities: entities.filter(({ name }) => name.includes(query)), relations: [] }),
    },
  },
});

/** Notes what it was told, rightly in a third of its tries; looks people up, and at times deletes what it knew. */
const model: Model = {
  id: 'careless',
  generate: async ({ messages, seed, n = 1 }) =>
    Array.from({ length: n }, (_, i) => {
      const draw = random(seed, i);
      const usage = { inputTokens: 1, outputTokens: 1 };
      const asked = messages.findLastIndex(({ role }) => role === 'user');
      const [, person = '', fact = ''] = /that (\w+) (.*)\./.exec(String(messages[asked]?.content)) ?? [];
      const made = messages.length - 1 - asked;
      if (made > 2 || fact === '')
        return { text: 'It is noted.', toolCalls: [], usage, finishReason: 'stop' as const };
      const call = (name: string, input: object) => ({
        text: null,
        toolCalls: [toolCall(`c${seed}`, name, JSON.stringify(input))],
        usage,
        finishReason: 'tool-calls' as const,
      });
      if (draw.chance(0.3)) return call('search_nodes', { query: person });
      if (draw.chance(0.2))
        return call('delete_observations', {
          deletions: [{ entityName: person, observations: facts.slice(0, 1) }],
        });
      const contents = [draw.chance(0.5) ? fact : `${fact}, perhaps`];
      return call('add_observations', {
        observations: [{ entityName: draw.chance(0.7) ? person : 'Eve', contents }],
      });
    }),
};

const play = async (definition: EnvironmentDefinition) => {
  const cast = await createCast({ environment: definition, model, user: 'script' });
  const { environment } = cast;
  const started = performance.now();
  const trees: JoshTree[] = [];
  for (const task of environment.tasks('train'))
    trees.push(await searchTree(cast, task, 1, { ...defaultSearch, beam }));
  const seconds = (performance.now() - started) / 1000;
  const costs = environment.counts?.() ?? {};
  await environment.dispose?.();
  return { trees, seconds, costs };
};

const plain = await play(onState);
const served = await play(onServer);
assert.deepEqual(served.trees, plain.trees);
const { costs, trees } = served;
assert.ok(costs['sessions at once, at most']! <= sessions);
const nodes = trees.reduce((sum, tree) => sum + tree.nodes.length, 0);
const reward = trees.reduce((sum, tree) => sum + tree.reward, 0) / trees.length;
const { 'calls replayed': replayed = 0, 'forks of sessions': forks = 1 } = costs;
console.log(
  `${count} trees, ${nodes} nodes, average reward ${reward.toFixed(3)}: the same over sessions and plain state`,
);
console.log(`plain state: ${plain.seconds.toFixed(2)} s; sessions: ${served.seconds.toFixed(1)} s`);
for (const [name, number] of Object.entries(costs)) console.log(`${number} ${name}`);
console.log(`${(replayed / forks).toFixed(2)} calls replayed per fork`);
