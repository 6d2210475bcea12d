/** The laws of the `Environment` port, as a suite for every implementation. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ToolCall, toolCall } from '../dialogue/message.ts';
import type { CallRecord } from '../dialogue/turn.ts';
import type { Purposes } from './definition.ts';
import { type CallOutcome, type Environment, type Task, ToolCallError } from './environment.ts';

/** What the suite plays in. */
export interface EnvironmentSubject {
  /** Opens a new one at every call. */
  open(): Promise<Environment>;
  /** Where they are known: splits between which no task may be shared. */
  readonly purposes?: Purposes;
  /** Tasks of each split that are played (default 5). */
  readonly tasks?: number;
  /** Calls to make in a task (default: those that its goals name, and one to each tool without arguments). */
  calls?(environment: Environment, task: Task): readonly ToolCall[];
  readonly skip?: string | false;
}

const MOST_CALLS = 12;

/** What a call did: a `ToolCallError` is an answer like any other, and leaves the state as it was. */
interface Step {
  readonly state: unknown;
  readonly record: CallRecord | undefined;
  readonly refused: string | undefined;
  /** All that could be seen of it right afterwards. */
  readonly seen: unknown;
}

/**
 * The laws of environments: the same calls give the same records, forks share nothing, a kept state stays as it was, goals and
 * rewards are what the port says.
 * @example environmentConformance('hamlet', { open: async () => openHamlet() as Environment })
 */
export const environmentConformance = (name: string, subject: EnvironmentSubject): void => {
  describe(`the laws of environments: ${name}`, { skip: subject.skip ?? false }, () => {
    let environment: Environment;
    before(async () => {
      environment = await subject.open();
    });
    after(async () => environment?.dispose?.());

    const each = async (check: (task: Task, calls: readonly ToolCall[]) => Promise<void>): Promise<void> => {
      for (const split of environment.splits)
        for (const task of environment.tasks(split, { count: subject.tasks ?? 5 }))
          await check(frozen(task), (subject.calls ?? namedByGoals)(environment, task).slice(0, MOST_CALLS));
    };

    const step = async (task: Task, state: unknown, call: ToolCall): Promise<Step> => {
      let outcome: Partial<CallOutcome<unknown>> & Pick<CallOutcome<unknown>, 'state'>;
      let refused: string | undefined;
      try {
        outcome = await environment.call(task, state, call);
      } catch (thrown) {
        if (!(thrown instanceof ToolCallError)) throw thrown;
        outcome = { state };
        refused = thrown.message;
      }
      const { record, ends = false } = outcome;
      const reward = environment.outcome(task, outcome.state, []);
      const reached = reachedBy(task, record ? [record] : [], outcome.state);
      const seen = structuredClone({ record, refused, ends, reward, reached });
      return { state: outcome.state, record, refused, seen };
    };

    const play = async (task: Task, start: unknown, calls: readonly ToolCall[]): Promise<readonly Step[]> => {
      const steps: Step[] = [];
      let state = start;
      for (const call of calls) {
        const made = await step(task, state, call);
        steps.push(made);
        state = made.state;
      }
      return steps;
    };

    const seen = (steps: readonly Step[]): unknown => steps.map(step => step.seen);

    const reachedBy = (
      task: Task,
      calls: readonly CallRecord[],
      state: unknown,
      open = environment.goals(task),
    ): readonly string[] => environment.reached(task, open, { calls, state, said: [] }).map(({ id }) => id);

    it('has a name, a prompt, and tools whose names differ and whose parameters are objects', () => {
      assert.ok(environment.name.length > 0);
      assert.equal(typeof environment.systemPrompt, 'string');
      const names = environment.tools.map(tool => tool.name);
      assert.equal(new Set(names).size, names.length);
      for (const { name: tool, parameters } of environment.tools)
        assert.equal(parameters.type, 'object', tool);
    });

    it('gives the tasks of a split in one order, whole or in part, today and when opened anew', async () => {
      const again = await subject.open();
      for (const split of environment.splits) {
        const first = environment.tasks(split, { count: 3 });
        assert.deepEqual(again.tasks(split, { count: 3 }), first);
        assert.deepEqual(environment.tasks(split, { count: 3 }), first);
        assert.deepEqual(environment.tasks(split, { start: 1, count: 2 }), first.slice(1));
        assert.deepEqual(environment.tasks(split, { count: 0 }), []);
      }
      await again.dispose?.();
    });

    it('names each task once in a split, and no task in splits of different purpose', () => {
      for (const split of environment.splits) {
        const ids = environment.tasks(split).map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length, split);
      }
      const { train, gate, test } = subject.purposes ?? {};
      const ids = [train, gate, test].flatMap(split =>
        split === undefined ? [] : environment.tasks(split).map(({ id }) => id),
      );
      assert.equal(new Set(ids).size, ids.length);
    });

    it('refuses a split that it does not have', () => {
      assert.throws(() => environment.tasks('no such split'), { code: 'unknown-split' });
    });

    it('gives the same records, rewards and ends for the same calls', async () => {
      await each(async (task, calls) => {
        const first = seen(await play(task, environment.start(task), calls));
        assert.deepEqual(seen(await play(task, environment.start(task), calls)), first);
      });
    });

    it('shares nothing between forks: what one does, the other does not see', async () => {
      await each(async (task, calls) => {
        if (calls.length < 2) return;
        const [shared, ...left] = calls as [ToolCall, ...ToolCall[]];
        const right = left.toReversed();
        const fresh = async () => (await step(task, environment.start(task), shared)).state;
        const alone = [
          seen(await play(task, await fresh(), left)),
          seen(await play(task, await fresh(), right)),
        ];
        const fork = await fresh();
        const sides: [Step[], Step[]] = [[], []];
        for (const i of left.keys())
          for (const [side, list] of [left, right].entries()) {
            const from = sides[side]!.at(-1)?.state ?? fork;
            sides[side]!.push(await step(task, from, list[i]!));
          }
        assert.deepEqual(
          sides.map(steps => seen(steps)),
          alone,
        );
      });
    });

    it('leaves a state as it was: a kept one can be gone on from, again and again', async () => {
      await each(async (task, calls) => {
        const start = environment.start(task);
        const first = await play(task, start, calls);
        const states = [start, ...first.map(({ state }) => state)];
        const before = states.map(state => environment.outcome(task, state, []));
        for (const [i, call] of calls.entries())
          assert.deepEqual((await step(task, states[i], call)).seen, first[i]!.seen);
        assert.deepEqual(
          states.map(state => environment.outcome(task, state, [])),
          before,
        );
      });
    });

    it('answers a call to an unknown tool or with broken arguments, or rejects with a ToolCallError', async () => {
      await each(async (task, calls) => {
        const start = environment.start(task);
        const known = environment.tools[0]?.name ?? 'none';
        for (const call of [
          toolCall('u', 'no_such_tool', '{}'),
          toolCall('u', 'toString', '{}'),
          toolCall('u', known, '{"a": '),
          toolCall('u', known, '[1]'),
          toolCall('u', known, 'null'),
        ]) {
          const { record, refused } = await step(task, start, call);
          if (record) assert.equal(typeof record.output, 'string');
          else assert.ok(refused, 'a ToolCallError says what was wrong');
        }
        assert.deepEqual(
          seen(await play(task, start, calls)),
          seen(await play(task, environment.start(task), calls)),
        );
      });
    });

    it('has goals whose ids differ, the same at every asking', async () => {
      await each(async task => {
        const ids = environment.goals(task).map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length, task.id);
        assert.deepEqual(
          environment.goals(task).map(({ id }) => id),
          ids,
        );
      });
    });

    it('says of open goals alone that they were reached, in their order, each once', async () => {
      await each(async (task, calls) => {
        const goals = environment.goals(task);
        const steps = await play(task, environment.start(task), calls);
        const records = steps.flatMap(({ record }) => (record ? [record] : []));
        const state = steps.at(-1)?.state ?? environment.start(task);
        for (const open of [goals, goals.slice(1), goals.slice(0, -1), []]) {
          const ids = open.map(({ id }) => id);
          const reached = reachedBy(task, [...records, ...records], state, open);
          assert.deepEqual(
            reached,
            ids.filter(id => reached.includes(id)),
          );
        }
      });
    });

    it('rewards from 0 to 1, whatever was done and said', async () => {
      await each(async (task, calls) => {
        const start = environment.start(task);
        const states = [start, ...(await play(task, start, calls)).map(({ state }) => state)];
        for (const state of states)
          for (const said of [[], ['Hello.', '']]) {
            const reward = environment.outcome(task, state, said);
            assert.ok(reward >= 0 && reward <= 1, `${task.id}: ${reward}`);
          }
      });
    });

    it('can be disposed of without harm to another one', async () => {
      const other = await subject.open();
      await other.dispose?.();
      const [task] = environment.tasks(environment.splits[0]!, { count: 1 });
      const [call] = task ? (subject.calls ?? namedByGoals)(environment, task) : [];
      if (task && call) await step(task, environment.start(task), call);
    });
  });
};

/** Goals name the calls that reach them; calls without arguments are refused in most environments. */
const namedByGoals = (environment: Environment, task: Task): readonly ToolCall[] => [
  ...environment
    .goals(task)
    .filter(goal => environment.tools.some(({ name }) => name === goal.tool))
    .map((goal, i) => toolCall(`g${i}`, goal.tool, JSON.stringify(goal.arguments))),
  ...environment.tools.map(({ name }, i) => toolCall(`t${i}`, name, '{}')),
];

/** So that an environment which writes into its tasks is found out. */
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
};
