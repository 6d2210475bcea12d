/** Small trees and tools for the tests of this room. */
import type { AssistantMessage, Message, ToolMessage, UserMessage } from '../dialogue/message.ts';
import { toolCall } from '../dialogue/message.ts';
import { type Cause, noUsage, type Turn } from '../dialogue/turn.ts';
import type { Tool } from '../environments/environment.ts';
import type { JoshNode, JoshTree } from '../search/josh/tree.ts';

export const user = (content: string): UserMessage => ({ role: 'user', content });
export const say = (content: string): AssistantMessage => ({ role: 'assistant', content });
export const call = (name: string, args: object | string, id = 'call00001'): AssistantMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: [toolCall(id, name, typeof args === 'string' ? args : JSON.stringify(args))],
});
export const result = (content: string, id = 'call00001'): ToolMessage => ({
  role: 'tool',
  tool_call_id: id,
  content,
});

export const tools: readonly Tool[] = [
  {
    name: 'search_hotel',
    description: 'Finds hotels.',
    parameters: {
      type: 'object',
      properties: { area: { type: 'string' }, stars: { type: 'integer' }, parking: { type: 'boolean' } },
    },
    mutating: false,
  },
  {
    name: 'book_hotel',
    description: 'Books a hotel.',
    parameters: {
      type: 'object',
      properties: { name: { type: 'string' }, nights: { type: 'integer' }, guests: { type: 'array' } },
      required: ['name'],
    },
    mutating: true,
  },
];

export interface NodeSketch {
  readonly says: readonly (Message | readonly Message[])[];
  readonly segment?: number;
  readonly successful?: boolean;
  readonly golden?: boolean;
  readonly cause?: Cause;
  readonly earns?: readonly string[];
}

/**
 * A tree from a sketch: nodes by path, parents before children, each message its own turn.
 *
 * @example treeOf({ '': { says: [user('hi')], golden: true }, L: { says: [say('hello')], golden: true } }, ['L'])
 */
export const treeOf = (
  sketch: Readonly<Record<string, NodeSketch>>,
  winners: readonly string[],
  more: Partial<JoshTree> = {},
): JoshTree => ({
  task: 'task-1',
  taskType: 'hotel',
  seed: 7,
  systemPrompt: 'You help travellers.',
  goals: ['hotel/search_hotel', 'hotel/book_hotel'],
  reward: 1,
  nodes: Object.entries(sketch).map(([path, node]) => nodeOf(path, node)),
  collapses: winners.map((path, i) => ({
    path,
    turns: sketch[path]!.says.length,
    goals: [`goal-${i}`],
    round: i + 1,
  })),
  rounds: winners.length,
  ...more,
});

const nodeOf = (path: string, { says, earns = [], ...node }: NodeSketch): JoshNode => ({
  path,
  parent: path === '' ? null : path.slice(0, -1),
  segment: node.segment ?? 0,
  turns: says.map(turnOf),
  rewards: earns.map(goal => ({ goals: [goal], turn: says.length - 1, credited: true })),
  successful: node.successful ?? node.golden ?? false,
  golden: node.golden ?? false,
  ...(node.cause && { cause: node.cause }),
});

/** A message is a turn of whoever says it, a list of them one turn of the agent. */
const turnOf = (said: Message | readonly Message[]): Turn => ({
  speaker: 'role' in said && said.role === 'user' ? 'user' : 'agent',
  visible: 'role' in said && said.role !== 'tool' ? [said] : [],
  internal: 'role' in said ? [said] : said,
  calls: [],
  usage: noUsage,
});

/**
 * A tree with everything in it: the right child asks where (and wins), the left one searches blindly; below the
 * winner, one branch books and wins, one gives up.
 */
export const hotelTree = (more: Partial<JoshTree> = {}): JoshTree =>
  treeOf(
    {
      '': { says: [user('I need a hotel.')], golden: true },
      L: {
        says: [call('search_hotel', {}), result('[]'), say('Nothing found.'), user('Try the north.')],
        cause: 'superseded',
      },
      R: { says: [say('Where?'), user('In the north.')], golden: true },
      RL: {
        says: [
          call('search_hotel', { area: 'north', stars: 4 }),
          result('[{"name": "Ash"}]'),
          say('The Ash. Book it?'),
        ],
        golden: true,
        earns: ['hotel/search_hotel'],
      },
      RR: {
        says: [call('search_hotel', { area: 'south' }), result('[]'), say('Sorry.')],
        cause: 'superseded',
      },
      RLL: { says: [user('Yes.'), say('Booked!')], segment: 1, cause: 'superseded' },
      RLR: {
        says: [
          user('Yes.'),
          call('book_hotel', { name: 'Ash', nights: 2, guests: ['Kim', { age: 7 }] }, 'call00002'),
          result('{"reference": "X1"}', 'call00002'),
          say('Booked: X1.'),
        ],
        segment: 1,
        golden: true,
        cause: 'goal',
        earns: ['hotel/book_hotel'],
      },
    },
    ['RL', 'RLR'],
    more,
  );
