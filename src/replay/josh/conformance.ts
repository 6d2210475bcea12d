/**
 * Replays golden scenarios of the reference's tree search (`golden_josh.jsonl.gz`) through ours and compares
 * every step, reward, collapse and example. The format is described beside the file.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { BadInputError, messageOf } from '../../base/errors.ts';
import { parseAs } from '../../base/json-lines.ts';
import { type Conformance, replayLines } from '../../base/recordings.ts';
import type { Message } from '../../dialogue/message.ts';
import { noUsage, type Turn } from '../../dialogue/turn.ts';
import { defaultSearch, josh, type Play, type SearchResult } from '../../search/josh/josh.ts';
import { preOrder } from '../../search/josh/line.ts';
import { harvestExamples, type ReferenceExample } from './examples.ts';

const message = z.looseObject({ role: z.string() }).transform(value => value as unknown as Message);
const doing = z.array(z.tuple([z.enum(['both', 'internal', 'messages']), message]));
const path = z.string();
const scenario = z.object({
  id: z.string(),
  settings: z.object({
    beam_size: z.number(),
    max_turn_tries: z.number(),
    goals: z.array(z.string()),
    rewards: z.enum(['base', 'ordered_set']),
    max_rounds: z.number(),
    root_messages: z.array(message),
    error_goes_to: z.enum(['messages', 'both']),
  }),
  table: z.object({
    agent: z.record(
      path,
      z.array(
        z.object({
          actions: z.array(z.string()).nullish(),
          do: doing,
          raises: z.unknown().optional(),
          pass: z.boolean().nullish(),
        }),
      ),
    ),
    user: z.record(
      path,
      z.array(z.object({ do: doing, raises: z.unknown().optional(), end: z.boolean().optional() })),
    ),
  }),
  rounds: z.array(z.record(z.string(), z.unknown())),
  final: z.record(z.string(), z.unknown()),
});
type Scenario = z.infer<typeof scenario>;
type Doing = z.infer<typeof doing>;

/** @throws BadInputError if the file cannot be read whole */
export const replaySearches = (file: string): Promise<Conformance> =>
  replayLines(file, async (line, where) => {
    const golden = parseAs(scenario, line, where);
    const problem = await replay(golden, where);
    return problem === undefined ? [] : [`${golden.id}: ${problem}`];
  });

interface Scripted {
  readonly visible: readonly Message[];
  readonly internal: readonly Message[];
  readonly recent: readonly string[];
}

type Log = Record<'agent' | 'user', [path: string, item: number][]>;

/** @returns what differed first, or undefined */
const replay = async (golden: Scenario, where: string): Promise<string | undefined> => {
  const { settings } = golden;
  const log: Log = { agent: [], user: [] };
  const examples: ReferenceExample[] = [];
  const root: Scripted = { visible: settings.root_messages, internal: settings.root_messages, recent: [] };
  const options = {
    ...defaultSearch,
    beam: settings.beam_size,
    maxTries: settings.max_turn_tries,
    maxRounds: settings.max_rounds,
    userErrors: 'search' as const,
    outOfTries: 'all' as const,
  };
  const total = settings.goals.length;
  let reward = 0;
  const search = josh(scriptedPlay(golden, where, log), { state: root, turns: [] }, options);
  const used: Log = { agent: [], user: [] };
  for (let i = 0; ; i++) {
    log.agent = [];
    log.user = [];
    const next = await search.next();
    used.agent.push(...log.agent);
    used.user.push(...log.user);
    if (next.done) {
      if (i !== golden.rounds.length) return differs('number of rounds', golden.rounds.length, i);
      return (
        leftOver(golden, used) ?? compare('final', golden.final, finalOf({ ...next.value, reward }, examples))
      );
    }
    const { collapse, ...round } = next.value;
    if (collapse) harvestExamples(examples, collapse.before, state => state.internal);
    // A search that its user breaks ends with the reward of the last whole round; the recording has the goals closed so far.
    reward = collapse && total > 0 ? (total - round.open.length) / total : round.reward;
    const got = {
      reward,
      agent_steps: log.agent,
      user_steps: log.user,
      root: round.root.path,
      goals_left: round.open,
      live_leaves: round.live.map(leaf => leaf.path),
      nodes: preOrder(round.root).length,
      examples: examples.length,
      ...(round.raised === undefined
        ? {
            all_done: round.done,
            deleted: collapse?.goals ?? null,
            collapsed_to: collapse?.target.path ?? null,
          }
        : { raises: messageOf(round.raised) }),
    };
    const problem = compare(`round ${i + 1}`, golden.rounds[i] ?? {}, got);
    if (problem) return problem;
  }
};

const finalOf = (
  result: SearchResult<Scripted, string>,
  examples: readonly ReferenceExample[],
): Record<string, unknown> => {
  const inTree = preOrder(result.root);
  const { goldenLeaf } = result;
  return {
    reward: result.reward,
    goals_left: result.open,
    golden_agent_set: goldenLeaf !== null,
    golden_agent_node: goldenLeaf && inTree.includes(goldenLeaf) ? goldenLeaf.path : null,
    leaves: inTree
      .filter(node => node.children.length === 0)
      .map(({ path, over, state }) => ({
        path,
        over,
        messages: state.visible,
        messages_internal: state.internal,
      })),
    training_examples: examples.map(({ messages, successful, golden }) => ({
      messages,
      is_successful: successful,
      is_golden_path: golden,
    })),
  };
};

/** The scripted agent, user and goals of a scenario. Steps are logged in the order in which they are asked for. */
const scriptedPlay = ({ table, settings }: Scenario, where: string, log: Log): Play<Scripted, string> => {
  const items = { agent: new Map<string, number>(), user: new Map<string, number>() };
  let broken = false;
  const next = <T>(who: 'agent' | 'user', from: Record<string, T[]>, path: string): T => {
    const item = items[who].get(path) ?? 0;
    items[who].set(path, item + 1);
    log[who].push([path, item]);
    const found = from[path]?.[item];
    if (!found)
      throw new BadInputError(`${where}, field table.${who}`, `there is no step ${item} on node "${path}"`);
    return found;
  };
  const add = (state: Scripted, doing: Doing): Scripted => ({
    ...state,
    visible: [...state.visible, ...doing.filter(([where]) => where !== 'internal').map(([, m]) => m)],
    internal: [...state.internal, ...doing.filter(([where]) => where !== 'messages').map(([, m]) => m)],
  });
  return {
    goals: settings.goals,
    agentStep: async (state, { path }) => {
      const item = next('agent', table.agent, path);
      const after = add(item.actions ? { ...state, recent: item.actions } : state, item.do);
      const gaveUp = item.raises !== undefined || (item.pass ?? null) === null;
      return { state: after, turn: noTurn, status: gaveUp ? 'over' : item.pass ? 'spoke' : 'acting' };
    },
    userStep: async (state, { path }) => {
      // We ask all leaves at once; the reference would not have come to those to the right.
      if (broken) return { state, turn: noTurn, status: 'over' };
      const item = next('user', table.user, path);
      broken = item.raises !== undefined;
      if (broken) return { state, turn: noTurn, status: 'over', thrown: new Error('Boom') };
      return { state: add(state, item.do), turn: noTurn, status: item.end ? 'over' : 'spoke' };
    },
    hits: (state, open) =>
      settings.rewards === 'base'
        ? state.recent.filter(action => open.includes(action))
        : open.filter(goal => state.recent.includes(goal)),
    close: settings.rewards === 'base' ? closeOneByOne : closeAll,
    outOfTries: state => {
      const message = { role: 'assistant', content: 'out of tries' } as const;
      return { state: add(state, [[settings.error_goes_to, message]]), turn: noTurn };
    },
  };
};
const noTurn: Turn = { speaker: 'agent', visible: [], internal: [], calls: [], usage: noUsage };

/** The reference's basic rewards: one deletion per action; the second of two equal ones finds nothing and raises. */
const closeOneByOne = (open: readonly string[], closed: readonly string[]) => {
  const left = [...open];
  for (const goal of closed) {
    const at = left.indexOf(goal);
    if (at < 0) return { left, raised: new Error('ValueError') };
    left.splice(at, 1);
  }
  return { left };
};

const closeAll = (open: readonly string[], closed: readonly string[]) => ({
  left: open.filter(goal => !closed.includes(goal)),
});

/** Steps that the reference made and we did not. */
const leftOver = ({ table }: Scenario, used: Log): string | undefined => {
  for (const who of ['agent', 'user'] as const) {
    const expected = Object.values(table[who]).reduce((sum, items) => sum + items.length, 0);
    if (used[who].length !== expected) return differs(`${who} steps`, expected, used[who].length);
  }
  return undefined;
};

const compare = (
  what: string,
  expected: Record<string, unknown>,
  got: Record<string, unknown>,
): string | undefined => {
  const key = Object.keys(got).find(key => !isDeepStrictEqual(got[key], expected[key]));
  return key && differs(`${what}, ${key}`, expected[key], got[key]);
};

const differs = (what: string, expected: unknown, got: unknown): string =>
  `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
