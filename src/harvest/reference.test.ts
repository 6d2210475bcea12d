/** Our examples beside those that the reference's own scripts would make of the searches it ran (josh.md, section 4). */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readJsonLines } from '../base/json-lines.ts';
import type { Message } from '../dialogue/message.ts';
import { noUsage, type Turn } from '../dialogue/turn.ts';
import { defaultSearch, josh, type Play, type Played } from '../search/josh/josh.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { datasetOf } from './examples.ts';
import { type ExportSettings, exportDataset } from './export.ts';
import { harvestTree } from './harvest.ts';

const file = join(process.env.JUXTA_SHARED ?? '../shared', 'data/toolwoz/golden_josh.jsonl.gz');

const messages = z.array(z.custom<Message>());
const step = z.object({
  actions: z.array(z.string()).nullish(),
  do: z.array(z.tuple([z.string(), z.custom<Message>()])),
  raises: z.unknown().optional(),
  pass: z.boolean().nullish(),
  end: z.boolean().optional(),
});
const steps = z.record(z.string(), z.array(step));
const scenarioSchema = z.object({
  id: z.string(),
  settings: z.object({
    beam_size: z.number(),
    max_turn_tries: z.number(),
    goals: z.array(z.string()),
    rewards: z.string(),
    max_rounds: z.number(),
    root_messages: messages,
    error_goes_to: z.string(),
  }),
  table: z.object({ agent: steps, user: steps }),
  final: z.object({
    training_examples: z.array(
      z.object({ messages, is_successful: z.boolean(), is_golden_path: z.boolean() }),
    ),
  }),
});
type Scenario = z.infer<typeof scenarioSchema>;
type ReferenceExample = Scenario['final']['training_examples'][number];

it('gives the SFT and KTO examples that the reference’s rules give for its own searches', {
  skip: existsSync(file) ? false : `${file} is not there`,
}, async () => {
  let compared = 0;
  let bad = 0;
  for await (const recorded of readJsonLines(file, scenarioSchema)) {
    const scenario = withMarkedResults(recorded);
    const tree = await searched(scenario);
    const { sft, kto } = datasetOf(harvestTree(tree, [], { minReward: 0 }));
    const expected = expectedOf(scenario.final.training_examples);
    assert.deepEqual(
      sft.map(example => example.messages),
      expected ? [expected.golden] : [],
      scenario.id,
    );
    assert.deepEqual(
      kto.map(({ prompt, completion, label }) => ({ prompt, completion: completion[0], label })),
      expected?.turns ?? [],
      scenario.id,
    );
    compared++;
    bad += kto.filter(({ label }) => !label).length;
  }
  assert.ok(compared > 200 && bad > 100, `${compared} searches, ${bad} bad turns`);
});

const files = ['golden_josh', 'golden_josh_hard'].map(name =>
  join(process.env.JUXTA_SHARED ?? '../shared', `data/toolwoz/${name}.jsonl.gz`),
);

describe('data sets beside those of the reference’s scripts, over all of its searches', {
  skip: files.every(path => existsSync(path)) ? false : `${files.join(' or ')} is not there`,
}, () => {
  const searches: { readonly tree: JoshTree; readonly examples: readonly ReferenceExample[] }[] = [];
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-reference-'));
    for (const path of files)
      for await (const recorded of readJsonLines(path, scenarioSchema)) {
        const scenario = withMarkedResults(recorded);
        const examples = scenario.final.training_examples;
        // The scripts look for words in every text, and fail where a message holds something else.
        const isText = examples.every(each =>
          each.messages.every(({ content }) => typeof content === 'string'),
        );
        if (isText) searches.push({ tree: await searched(scenario), examples });
      }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const rowsOf = async (name: string, settings: Partial<ExportSettings>, from = searches) => {
    const out = join(folder, name);
    const trees = from.map(({ tree }) => tree);
    await exportDataset({ trees, tools: [], format: 'trl-kto', seed: 1, out, ...settings });
    const kind = settings.format === 'trl-sft' ? 'sft' : 'kto';
    const lines = (await readFile(join(out, `${kind}.jsonl`), 'utf8')).trim().split('\n');
    return lines.map(
      line => JSON.parse(line, (_, value) => (isMessage(value) ? row(value) : value)) as unknown,
    );
  };
  /** Of thousands of rows the first difference is shown. */
  const assertSame = (rows: readonly unknown[], expected: readonly unknown[], name: string) => {
    const [a, b] = [rows, expected].map(all => all.map(each => JSON.stringify(each)));
    const at = a!.findIndex((text, i) => text !== b![i]);
    if (at >= 0) assert.equal(a![at], b![at], `${name}, row ${at}`);
    assert.equal(a!.length, b!.length, name);
  };

  it('by the paper’s rule has exactly its rows, in its order, across tasks', async () => {
    const { sft, kto } = paperRows(
      searches.filter(({ tree }) => tree.reward === 1).map(each => each.examples),
    );
    assertSame(await rowsOf('sft', { format: 'trl-sft', rule: 'paper' }), sft, 'sft');
    assertSame(await rowsOf('kto', { rule: 'paper' }), kto, 'kto');
    const bad = kto.filter(({ label }) => !label);
    assert.ok(sft.length > 100 && bad.length > 100, `${sft.length} conversations, ${bad.length} bad turns`);
  });

  it('by turn has the turns of all that the reference harvested, each conversation once', async () => {
    const some = searches.slice(0, 200);
    const { sft, successful, kto } = turnRows(some.map(each => each.examples));
    const options = { minReward: 0, filters: [] };
    const sorted = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort();
    const compare = async (name: string, settings: Partial<ExportSettings>, expected: readonly unknown[]) =>
      assertSame(sorted(await rowsOf(name, { ...options, ...settings }, some)), sorted(expected), name);
    await compare('sft-all', { format: 'trl-sft', turns: 'all' }, sft);
    await compare('sft-successful', { format: 'trl-sft', turns: 'successful' }, successful);
    await compare('kto-all', { turns: 'all' }, kto);
    await assert.rejects(rowsOf('kto-successful', { turns: 'successful' }), { code: 'kind-not-carried' });
    const good = kto.filter(({ label }) => label).length;
    assert.ok(
      successful.length === good && good > 100 && kto.length > 2 * good,
      `${good} of ${kto.length} good`,
    );
  });
});

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'role' in value;

type Row = Pick<Message, 'role' | 'content'>;
const row = ({ role, content }: Message): Row => ({ role, content: content ?? '' });

/** The paper's scripts, word by word, over the reference's own lists of examples: one list for each search. */
const paperRows = (searches: readonly (readonly ReferenceExample[])[]) => {
  const goldens: (readonly Message[])[] = [];
  const bads: (readonly Message[])[] = [];
  for (const examples of searches) {
    let golden: readonly Message[] = [];
    for (const example of examples)
      if (example.is_golden_path && example.messages.length > golden.length) golden = example.messages;
    if (golden.length === 0 || !golden.every(hasNoError)) continue;
    goldens.push(golden);
    for (const { is_successful, is_golden_path, messages } of examples)
      if (!is_successful && !is_golden_path) bads.push(messages);
  }
  const handled = new Set<string>();
  const once = (messages: readonly Message[]): boolean => {
    const key = JSON.stringify(messages);
    const isNew = !handled.has(key);
    handled.add(key);
    return isNew;
  };
  const turn = (all: readonly Message[], i: number, label: boolean) => ({
    prompt: all.slice(0, i).map(row),
    completion: [row(all[i]!)],
    label,
  });
  const good = goldens
    .filter(once)
    .flatMap(golden =>
      golden.flatMap(({ role }, i) => (role === 'assistant' ? [turn(golden, i, true)] : [])),
    );
  const candidates = bads.filter(once).flatMap(all => lastTurn(all).map(i => turn(all, i, false)));
  const byPrompt = Map.groupBy(candidates, ({ prompt }) => JSON.stringify(prompt));
  const kept = new Map<string, (typeof good)[number]>();
  for (const { prompt } of good)
    for (const candidate of byPrompt.get(JSON.stringify(prompt)) ?? []) {
      const key = JSON.stringify(candidate);
      if (!kept.has(key)) kept.set(key, candidate);
    }
  return { sft: goldens.map(golden => ({ messages: golden.map(row) })), kto: [...good, ...kept.values()] };
};

/** The paper's earlier scripts: every turn by itself. Their looks at a call's text are those of one agent, and left out. */
const turnRows = (searches: readonly (readonly ReferenceExample[])[]) => {
  const turns = searches.flatMap(examples => {
    const handled = new Set<string>();
    return examples.flatMap(({ messages, is_successful }) => {
      const key = JSON.stringify(messages);
      if (handled.has(key)) return [];
      handled.add(key);
      return lastTurn(messages).map(i => {
        const results = messages[i + 1]?.role === 'user' ? messages[i + 1]!.content! : '';
        const text = messages[i]!.content ?? '';
        const clean = !/APIRETURN|ERROR:|Error:/.test(text) && !results.includes('FAILURE');
        return { rows: messages.slice(0, i + 1).map(row), successful: is_successful, clean };
      });
    });
  });
  const sft = (kept: typeof turns) => kept.map(({ rows }) => ({ messages: rows }));
  return {
    sft: sft(turns.filter(({ clean }) => clean)),
    successful: sft(turns.filter(({ clean, successful }) => clean && successful)),
    kto: turns.map(({ rows, successful, clean }) => ({
      prompt: rows.slice(0, -1),
      completion: rows.slice(-1),
      label: successful && clean,
    })),
  };
};

const hasNoError = ({ role, content }: Message): boolean =>
  !/ERROR:|Error:|FAILURE/.test(content ?? '') &&
  !(role === 'assistant' && (content ?? '').includes('APIRETURN'));

/** Backwards from the end, the assistant's messages since the user last spoke. */
const lastTurn = (messages: readonly Message[]): readonly number[] => {
  const found: number[] = [];
  for (let i = messages.length - 1; i >= 0 && !isUserSpeech(messages[i]!); i--)
    if (messages[i]!.role === 'assistant') found.push(i);
  return found;
};

/**
 * The reference knows a result in a user message by its word, `APIRETURN`, which these scenarios leave out; here the turn
 * tells. Where both can tell, both must come to the same examples.
 */
const withMarkedResults = (scenario: Scenario): Scenario => {
  const results = new Set(
    Object.values(scenario.table.agent).flatMap(items =>
      items.flatMap(item => item.do.flatMap(([, { role, content }]) => (role === 'user' ? [content] : []))),
    ),
  );
  return JSON.parse(JSON.stringify(scenario), (_, value: unknown) =>
    isUserMessage(value) && results.has(value.content)
      ? { ...value, content: `APIRETURN ${value.content}` }
      : value,
  ) as Scenario;
};

const isUserMessage = (value: unknown): value is { readonly role: 'user'; readonly content: string } =>
  typeof value === 'object' && value !== null && 'role' in value && value.role === 'user';

const isUserSpeech = ({ role, content }: Message): boolean =>
  role === 'user' && !(content ?? '').includes('APIRETURN');

/** The rules, word by word and without haste, over the reference's own list of examples. */
const expectedOf = (examples: readonly ReferenceExample[]) => {
  let golden: readonly Message[] = [];
  for (const example of examples)
    if (example.is_golden_path && example.messages.length > golden.length) golden = example.messages;
  if (golden.length === 0) return undefined;
  const turn = (all: readonly Message[], i: number, label: boolean) => ({
    prompt: all.slice(0, i),
    completion: all[i],
    label,
  });
  const good = golden.flatMap((message, i) => (message.role === 'assistant' ? [turn(golden, i, true)] : []));
  const candidates = examples
    .filter(example => !example.is_successful && !example.is_golden_path)
    .flatMap(({ messages: all }) => {
      const found = [];
      for (let i = all.length - 1; i >= 0 && !isUserSpeech(all[i]!); i--)
        if (all[i]!.role === 'assistant') found.push(turn(all, i, false));
      return found;
    });
  const kept: typeof good = [];
  for (const { prompt } of good)
    for (const candidate of candidates)
      if (
        isDeepStrictEqual(candidate.prompt, prompt) &&
        !kept.some(known => isDeepStrictEqual(known, candidate))
      )
        kept.push(candidate);
  return { golden, turns: [...good, ...kept] };
};

interface State {
  readonly internal: readonly Message[];
  readonly actions: readonly string[];
}

const outOfTries = { role: 'assistant', content: 'out of tries' } as const;

/** The scenario's search as a tree. */
const searched = async ({ id, settings, table }: Scenario): Promise<JoshTree> => {
  const done = new Map<string, number>();
  const next = (who: 'agent' | 'user', path: string) => {
    const count = done.get(`${who} ${path}`) ?? 0;
    done.set(`${who} ${path}`, count + 1);
    return table[who][path]![count]!;
  };
  const turnOf = (speaker: 'agent' | 'user', internal: readonly Message[]): Turn => ({
    speaker,
    visible: [],
    internal,
    calls: [],
    usage: noUsage,
  });
  const play: Play<State, string> = {
    goals: settings.goals,
    agentStep: async (state, at): Promise<Played<State>> => {
      const item = next('agent', at.path);
      const added = item.do.filter(([where]) => where !== 'messages').map(([, message]) => message);
      return {
        state: { internal: [...state.internal, ...added], actions: item.actions ?? state.actions },
        turn: turnOf('agent', added),
        status: item.raises || (item.pass ?? null) === null ? 'over' : item.pass ? 'spoke' : 'acting',
      };
    },
    userStep: async (state, at): Promise<Played<State>> => {
      const item = next('user', at.path);
      if (item.raises) throw new Error('Boom');
      const added = item.do.filter(([where]) => where !== 'messages').map(([, message]) => message);
      return {
        state: { ...state, internal: [...state.internal, ...added] },
        turn: turnOf('user', added),
        status: item.end ? 'over' : 'spoke',
      };
    },
    hits: ({ actions }, open) =>
      settings.rewards === 'base'
        ? actions.filter(action => open.includes(action))
        : open.filter(goal => actions.includes(goal)),
    close: (open, closed) => {
      const left = [...open];
      for (const goal of closed) {
        if (!left.includes(goal)) return { left, raised: new Error('Boom') };
        left.splice(left.indexOf(goal), 1);
      }
      return { left };
    },
    outOfTries: state => {
      const added = settings.error_goes_to === 'both' ? [outOfTries] : [];
      return { state: { ...state, internal: [...state.internal, ...added] }, turn: turnOf('agent', added) };
    },
  };
  const search = josh(
    play,
    {
      state: { internal: settings.root_messages, actions: [] },
      turns: [turnOf('user', settings.root_messages)],
    },
    {
      ...defaultSearch,
      beam: settings.beam_size,
      maxTries: settings.max_turn_tries,
      maxRounds: settings.max_rounds,
      userErrors: 'search',
      outOfTries: 'all',
    },
  );
  for (;;) {
    const { done: finished, value } = await search.next();
    if (!finished) continue;
    const { reward, nodes, collapses, rounds } = value;
    const about = { task: id, taskType: 'scenario', seed: 0, systemPrompt: '', goals: settings.goals };
    return { ...about, reward, nodes, collapses, rounds };
  }
};
