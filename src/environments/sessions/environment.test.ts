import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { toolCall } from '../../dialogue/message.ts';
import { called, state } from '../define/goals.ts';
import { environmentConformance } from '../environment.conformance.ts';
import { type Environment, EnvironmentFault } from '../environment.ts';
import { type SessionEnvironment, sessionEnvironment } from './environment.ts';
import type { Session } from './session.ts';

interface Till {
  total: number;
}

/** Tills that add up, and what became of them. */
const shop = (more: (till: Till) => Partial<Session> = () => ({})) => {
  const seen = { opened: 0, closed: 0, most: 0, calls: 0 };
  const open = async (): Promise<Session> => {
    seen.opened++;
    seen.most = Math.max(seen.most, seen.opened - seen.closed);
    await wait(1);
    const till: Till = { total: 0 };
    return {
      call: async (tool, input) => {
        seen.calls++;
        await wait(1);
        if (tool === 'read') return { total: till.total };
        till.total += Number(input.n);
        if (till.total > 100) throw new Error('The till is full.');
        return { total: till.total };
      },
      close: () => {
        seen.closed++;
      },
      ...more(till),
    };
  };
  return { open, seen };
};

const tools = {
  add: { description: 'Adds.', inputSchema: z.object({ n: z.number() }) },
  read: { description: 'Reads.', inputSchema: z.object({}), readOnly: true },
};

const opened = async (
  open: SessionEnvironment['open'],
  more: Partial<SessionEnvironment<Till>> = {},
): Promise<Environment> =>
  sessionEnvironment<Till, unknown>({
    name: 'till',
    systemPrompt: 'You add.',
    tasks: [
      { id: 'a', split: 'train', instructions: 'x', goals: [called('add', { n: 2 }), called('read')] },
      { id: 'b', split: 'test', instructions: 'x', goals: [called('read')] },
    ],
    tools,
    open,
    ...more,
  }).open({});

const add = (n: number) => toolCall('c', 'add', JSON.stringify({ n }));
const read = toolCall('c', 'read', '{}');
const firstOf = (environment: Environment) => environment.tasks('train')[0]!;

/** Plays calls from a state on. */
const play = async (environment: Environment, from: unknown, ...calls: readonly ReturnType<typeof add>[]) => {
  let at = from;
  const outputs: string[] = [];
  for (const call of calls) {
    const { state, record } = await environment.call(firstOf(environment), at, call);
    at = state;
    outputs.push(record.output);
  }
  return { state: at, outputs };
};

const faultOf = (promise: Promise<unknown>): Promise<EnvironmentFault> =>
  promise.then(
    () => assert.fail('there was no fault'),
    (thrown: unknown) => {
      assert.ok(thrown instanceof EnvironmentFault, String(thrown));
      return thrown;
    },
  );

describe('an environment of sessions', () => {
  for (const [title, sessions] of [
    ['as many as it likes', 50],
    ['one', 1],
  ] as const)
    environmentConformance(`sessions, ${title} at once`, {
      open: () => opened(shop().open, { sessions }),
    });

  it('leaves a session to the first child of a fork, and brings another to where the second goes on', async () => {
    const { open, seen } = shop();
    const environment = await opened(open);
    const fork = await play(environment, environment.start(firstOf(environment)), add(1), add(2));
    const first = await play(environment, fork.state, add(10));
    assert.equal(seen.opened, 1);
    const second = await play(environment, fork.state, add(20));
    assert.deepEqual([first.outputs, second.outputs], [['{"total":13}'], ['{"total":23}']]);
    assert.deepEqual(environment.counts?.(), {
      'sessions opened': 2,
      'sessions at once, at most': 2,
      'forks of sessions': 1,
      'calls replayed': 2,
    });
    await environment.dispose?.();
    assert.equal(seen.closed, 2);
  });

  it('makes no call again that only reads', async () => {
    const { open, seen } = shop();
    const environment = await opened(open);
    const fork = await play(environment, environment.start(firstOf(environment)), read, add(1), read, read);
    await Promise.all([1, 2, 3].map(() => play(environment, fork.state, read)));
    await play(environment, fork.state, add(1));
    await play(environment, fork.state, add(2));
    assert.equal(environment.counts!()['calls replayed'], seen.calls - 9);
    await environment.dispose?.();
  });

  it('never has more open than the cap, whoever plays at once, and closes every one', async () => {
    const { open, seen } = shop();
    const environment = await opened(open, { sessions: 3 });
    const grow = async (from: unknown, depth: number): Promise<readonly string[]> => {
      if (depth === 0) return [];
      const both = await Promise.all(
        [1, 2].map(async n => {
          const { state, outputs } = await play(environment, from, add(n), read);
          return [...outputs, ...(await grow(state, depth - 1))];
        }),
      );
      return both.flat();
    };
    const lines = await grow(environment.start(firstOf(environment)), 4);
    assert.equal(lines.length, 60);
    assert.equal(seen.most, 3);
    assert.equal(environment.counts!()['sessions at once, at most'], 3);
    await environment.dispose?.();
    assert.equal(seen.closed, seen.opened);
    const plain = await opened(shop().open, { sessions: 1 });
    const again = async (from: unknown, depth: number): Promise<readonly string[]> => {
      if (depth === 0) return [];
      const lines: string[] = [];
      for (const n of [1, 2]) {
        const { state, outputs } = await play(plain, from, add(n), read);
        lines.push(...outputs, ...(await again(state, depth - 1)));
      }
      return lines;
    };
    assert.deepEqual(await again(plain.start(firstOf(plain)), 4), lines);
    await plain.dispose?.();
  });

  it('goes on from a snapshot where sessions have them', async () => {
    const { open, seen } = shop(till => ({
      snapshot: () => till.total,
      restore: total => {
        till.total = Number(total);
      },
    }));
    const environment = await opened(open);
    const fork = await play(environment, environment.start(firstOf(environment)), add(1), add(2), add(3));
    await play(environment, fork.state, add(10));
    const calls = seen.calls;
    assert.deepEqual((await play(environment, fork.state, add(20))).outputs, ['{"total":26}']);
    assert.equal(seen.calls, calls + 1);
    assert.equal(environment.counts!()['snapshots restored'], 1);
    await environment.dispose?.();
  });

  it('begins a session anew where it can, instead of opening another', async () => {
    const { open, seen } = shop(till => ({
      reset: () => {
        till.total = 0;
      },
    }));
    const environment = await opened(open, { sessions: 1 });
    const fork = await play(environment, environment.start(firstOf(environment)), add(1));
    await play(environment, fork.state, add(2));
    assert.deepEqual((await play(environment, fork.state, add(3))).outputs, ['{"total":4}']);
    assert.deepEqual([seen.opened, environment.counts!()['sessions reset']], [1, 1]);
    await environment.dispose?.();
  });

  it('tells a replay that answers differently, with the call and both answers', async () => {
    let n = 0;
    const { open } = shop(() => ({ call: () => ({ ticket: ++n }) }));
    const environment = await opened(open);
    const fork = await play(environment, environment.start(firstOf(environment)), add(1));
    await play(environment, fork.state, add(2));
    const { message } = await faultOf(play(environment, fork.state, add(3)));
    assert.match(message, /add\(\{"n":1\}\) answered "\{\\"ticket\\":1\}" at first and "\{\\"ticket\\":3\}"/);
    await environment.dispose?.();
  });

  it('takes an error of a call for its answer, which reaches no goal, and a fork gets it again', async () => {
    const { open } = shop();
    const environment = await opened(open);
    const task = firstOf(environment);
    const full = await play(environment, environment.start(task), add(100), add(2));
    assert.deepEqual(full.outputs, ['{"total":100}', 'The till is full.']);
    assert.equal(environment.outcome(task, full.state, []), 0);
    const left = await play(environment, full.state, read);
    await play(environment, full.state, add(0));
    const right = await play(environment, full.state, read);
    assert.deepEqual(right.outputs, left.outputs);
    await environment.dispose?.();
  });

  for (const [title, call, message] of [
    [
      'a lost connection',
      () => {
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
        });
      },
      /a call of add failed: TypeError: fetch failed/,
    ],
    ['an answer that never comes', () => new Promise(() => undefined), /the tool add took too long/],
    ['an answer that is not JSON', () => ({ at: new Date() }), /what add returned\.at is a Date/],
    [
      'what says that it is one',
      () => {
        throw new EnvironmentFault('no power');
      },
      /no power/,
    ],
  ] as const)
    it(`takes ${title} for a fault, and closes the session`, async () => {
      const { open, seen } = shop(() => ({ call }));
      const environment = await opened(open, { timeoutSeconds: 0.05, openSeconds: 60 });
      const { message: told } = await faultOf(
        play(environment, environment.start(firstOf(environment)), add(1)),
      );
      assert.match(told, message);
      assert.equal(seen.closed, 1);
    });

  it('tells of a session that cannot be opened, or takes too long, and closes the one that comes too late', async () => {
    const broken = await opened(() => Promise.reject(new Error('no port is free')));
    const start = broken.start(firstOf(broken));
    assert.match((await faultOf(play(broken, start, add(1)))).message, /opened: no port is free/);
    const { open, seen } = shop();
    const slow = await opened(
      async () => {
        await wait(60);
        return open();
      },
      { timeoutSeconds: 0.03 },
    );
    const { message } = await faultOf(play(slow, slow.start(firstOf(slow)), add(1)));
    assert.match(message, /opening a session took too long/);
    await wait(60);
    assert.deepEqual([seen.opened, seen.closed], [1, 1]);
  });

  it('lets a call that nobody waits for any more go, and whoever waits behind it get on', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    const { open, seen } = shop(() => ({ call: (_, { n }) => (n === 1 ? held : 'free') }));
    const environment = await opened(open, { sessions: 1 });
    const task = firstOf(environment);
    const stop = new AbortController();
    const first = environment.call(task, environment.start(task), add(1), stop.signal);
    const second = environment.call(task, environment.start(task), add(2));
    const givenUp = environment.call(task, environment.start(task), add(3), AbortSignal.timeout(10));
    await faultOf(givenUp);
    stop.abort();
    await faultOf(first);
    assert.equal((await second).record.output, 'free');
    release();
    await environment.dispose?.();
    assert.equal(seen.closed, seen.opened);
  });

  it('judges goals by the state that a session tells', async () => {
    const { open } = shop(till => ({ state: () => ({ total: till.total }) }));
    const environment = await opened(open, { goals: () => [state(({ total }) => total === 3)] });
    const task = firstOf(environment);
    const half = await play(environment, environment.start(task), add(1));
    const whole = await play(environment, half.state, add(2));
    const reached = (at: unknown) =>
      environment.reached(task, environment.goals(task), { calls: [], state: at, said: [] }).length;
    assert.deepEqual([reached(half.state), reached(whole.state)], [0, 1]);
    await environment.dispose?.();
  });

  it('is told of a goal that asks for a state that no session tells', async () => {
    const environment = await opened(shop().open, { goals: () => [state(({ total }) => total === 3)] });
    const task = firstOf(environment);
    const after = await play(environment, environment.start(task), add(3));
    assert.throws(() => environment.outcome(task, after.state, []), {
      name: 'EnvironmentFault',
      message: /sessions of till tell none/,
    });
    await environment.dispose?.();
  });

  it('shares its sessions among tasks only where no tool writes', async () => {
    const { open, seen } = shop();
    await assert.rejects(opened(open, { shared: true }), {
      code: 'bad-environment',
      message: /the tool add may write/,
    });
    const shared = await opened(open, {
      shared: true,
      tools: { read: tools.read },
      goals: () => [called('read')],
    });
    for (const split of ['train', 'test']) {
      const [task] = shared.tasks(split);
      await shared.call(task!, shared.start(task!), read);
    }
    assert.equal(seen.opened, 1);
    await shared.dispose?.();
  });
});
