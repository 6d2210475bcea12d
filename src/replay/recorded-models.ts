/** Models that give the replies of a recording, node by node, and what was asked of them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { toolCall } from '../dialogue/message.ts';
import { noUsage } from '../dialogue/turn.ts';
import type { Completion, Model } from '../models/model.ts';
import type { Play, Played } from '../play/play.ts';

const path = z.string();
const reply = z.object({
  content: z.string().nullish(),
  tool_calls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })).nullish(),
});
const replies = z.record(path, z.array(reply));

/** The fields of a recorded run that tell what its models said. */
export const recordedModels = {
  /** Replies by node (`''`, then `L` and `R` from the very first root), in the order in which they were asked for. */
  llm: z.object({ agent: replies, user: replies }),
  /** Who was asked, on which node, with how many messages. */
  asked: z.array(z.tuple([z.enum(['agent', 'user']), path, z.number()])),
};

type Recorded = z.infer<z.ZodObject<typeof recordedModels>>;

export interface RecordedModels {
  model(who: 'agent' | 'user'): Model;
  /** A play whose models answer as they did on the node that is being stepped. */
  on<S, G, P extends Play<S, G>>(play: P & Play<S, G>): P;
  /** How what was asked differs from what the reference asked: node by node, for we ask nodes concurrently. */
  difference(): string | undefined;
}

export const openRecordedModels = ({ llm, asked }: Recorded): RecordedModels => {
  const node = new AsyncLocalStorage<string>();
  const made = new Map<string, number[]>();
  return {
    on: play => {
      const inTurn = oneByOne();
      return {
        ...play,
        agentStep: (state, at, signal) => node.run(at.path, () => play.agentStep(state, at, signal)),
        userStep: (state, at, signal) =>
          inTurn(() => node.run(at.path, () => play.userStep(state, at, signal)), state),
      };
    },
    model: who => ({
      id: `recorded ${who}`,
      generate: async ({ messages }) => {
        const path = node.getStore() ?? '';
        const counts = made.get(`${who} ${path}`) ?? [];
        made.set(`${who} ${path}`, counts);
        const reply = llm[who][path]?.[counts.length];
        counts.push(messages.length);
        if (!reply) throw new Error(`the recording has no reply ${counts.length} of the ${who} on "${path}"`);
        return [toCompletion(reply)];
      },
    }),
    difference: () => {
      const expected = new Map<string, number[]>();
      for (const [who, path, count] of asked) {
        const name = `${who} ${path}`;
        expected.set(name, [...(expected.get(name) ?? []), count]);
      }
      const names = new Set([...expected.keys(), ...made.keys()]);
      for (const name of names) {
        const problem = compare(`lengths of requests to ${name}`, expected.get(name), made.get(name));
        if (problem) return problem;
      }
      // What the reference did with a reply that it asked for shows in its next request; nothing shows of one left over.
      for (const who of ['agent', 'user'] as const)
        for (const [path, { length }] of Object.entries(llm[who])) {
          const used = made.get(`${who} ${path}`)?.length ?? 0;
          if (used < length) return `${length - used} of ${length} replies of ${who} "${path}" are left over`;
        }
      return undefined;
    },
  };
};

/** We ask the users of all leaves at once; the reference, one by one, does not come to those after one that raised. */
const oneByOne = () => {
  let before: Promise<boolean> = Promise.resolve(false);
  return async <S>(step: () => Promise<Played<S>>, state: S): Promise<Played<S>> => {
    const unasked: Played<S> = { state, turn: { ...NOTHING, speaker: 'user' }, status: 'over' };
    const played = before.then(broken => (broken ? unasked : step()));
    before = Promise.all([before, played]).then(([broken, { thrown }]) => broken || thrown !== undefined);
    return played;
  };
};
const NOTHING = { visible: [], internal: [], calls: [], usage: noUsage };

const toCompletion = ({ content, tool_calls: calls }: z.infer<typeof reply>): Completion => ({
  text: content ?? null,
  toolCalls: (calls ?? []).map(call => toolCall(call.id, call.name, call.arguments)),
  usage: noUsage,
  finishReason: calls ? 'tool-calls' : 'stop',
});

/** @returns what differs, shown from a little before the first difference: runs are long */
export const compare = (what: string, expected: unknown, got: unknown): string | undefined => {
  if (isDeepStrictEqual(expected, got)) return undefined;
  const texts = [expected, got].map(value => JSON.stringify(value) ?? 'nothing') as [string, string];
  let same = 0;
  while (same < texts[0].length && texts[0][same] === texts[1][same]) same++;
  const [wanted, came] = texts.map(text => text.slice(Math.max(0, same - 60), same + 140));
  return `${what}: expected …${wanted}…, got …${came}…`;
};
