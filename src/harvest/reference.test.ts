/** Our examples beside those that the reference's own scripts would make of the searches it ran (josh.md, section 4). */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readJsonLines } from '../base/json-lines.ts';
import type { Message } from '../dialogue/message.ts';
import { noUsage, type Turn } from '../dialogue/turn.ts';
import { defaultSearch, josh, type Play, type Played } from '../search/josh/josh.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { datasetOf } from './examples.ts';
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
