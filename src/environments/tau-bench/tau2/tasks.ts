/** τ²-bench's task files (specification, section 13). */
import { BadInputError } from '../../../base/errors.ts';
import { type GroundTruthAction, type InitialState, type TauTask, typeOf } from '../task.ts';
import * as expect from '../values/expect.ts';
import { printValue } from '../values/print.ts';
import type { Dict, Value } from '../values/value.ts';

type Writes = (tool: string) => boolean;

/** A value that may be missing or null. */
const optional = <T>(value: Value | undefined, read: (value: Value) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value);

const textsIn = (value: Value | undefined, where: string): readonly string[] =>
  optional(value, list => expect.list(list, where).map((item, i) => expect.text(item, `${where} ${i}`))) ??
  [];

const readAction =
  (nameKey: string, writes: Writes, where: string) =>
  (item: Value, i: number): GroundTruthAction => {
    const here = `${where} ${i}`;
    const action = expect.object(item, here);
    const name = expect.text(action.get(nameKey), `${here}, ${nameKey}`);
    const compared = optional(action.get('compare_args'), value => textsIn(value, `${here}, compare_args`));
    return {
      name,
      writes: writes(name),
      arguments: printValue(expect.object(action.get('arguments'), `${here}, arguments`)),
      ...(compared && { compared }),
    };
  };

const headings = [
  ['reason_for_call', 'Why you get in touch'],
  ['known_info', 'What you know'],
  ['unknown_info', 'What you do not know'],
  ['task_instructions', 'How to go about it'],
] as const;

const endings =
  'If the agent hands you over to somebody else, write ###TRANSFER### on its own. If the conversation asks for something that these instructions leave open, write ###OUT-OF-SCOPE### on its own.';

const instructionsOf = (scenario: Dict, where: string): readonly string[] => {
  const persona = optional(
    scenario.get('persona'),
    value => `Who you are: ${expect.text(value, `${where}, persona`)}`,
  );
  const told = scenario.get('instructions');
  const sections =
    typeof told === 'string'
      ? [told]
      : headings.flatMap(([key, heading]) => {
          const section = expect.object(told, `${where}, instructions`).get(key);
          return optional(section, value => [`${heading}: ${expect.text(value, `${where}, ${key}`)}`]) ?? [];
        });
  return [...(persona === undefined ? [] : [persona]), ...sections, endings];
};

const readInitial = (value: Value, writes: Writes, where: string): InitialState => {
  const state = expect.object(value, where);
  const history = optional(state.get('message_history'), list =>
    expect.list(list, `${where}, message_history`),
  );
  if (history && history.length > 0) {
    throw new BadInputError(
      `${where}, message_history`,
      'conversations that begin in the middle are not supported',
    );
  }
  const data = optional(state.get('initialization_data'), given =>
    optional(expect.object(given, `${where}, initialization_data`).get('agent_data'), printValue),
  );
  const actions = optional(state.get('initialization_actions'), list =>
    expect
      .list(list, `${where}, initialization_actions`)
      .map(readAction('func_name', writes, `${where}, initialization action`)),
  );
  return { ...(data !== undefined && { data }), actions: actions ?? [] };
};

const knownChecks: readonly string[] = ['DB', 'COMMUNICATE', 'NL_ASSERTION'];

const readTask = (item: Value, index: number, where: string, prefix: string, writes: Writes): TauTask => {
  const here = `${where}, task ${index}`;
  const task = expect.object(item, here);
  const criteria = expect.object(task.get('evaluation_criteria'), `${here}, evaluation_criteria`);
  const checks = textsIn(criteria.get('reward_basis'), `${here}, reward_basis`);
  const unknown = checks.find(check => !knownChecks.includes(check));
  if (unknown !== undefined || !checks.includes('DB')) {
    throw new BadInputError(
      `${here}, reward_basis`,
      `rewards by ${unknown ?? checks.join()} are not supported`,
    );
  }
  const actions = (
    optional(criteria.get('actions'), list => expect.list(list, `${here}, actions`)) ?? []
  ).map(readAction('name', writes, `${here}, action`));
  const initial = optional(task.get('initial_state'), value =>
    readInitial(value, writes, `${here}, initial_state`),
  );
  const assertions = textsIn(criteria.get('nl_assertions'), `${here}, nl_assertions`);
  return {
    id: `${prefix}/${expect.text(task.get('id'), `${here}, id`)}`,
    type: typeOf(actions),
    index,
    instructions: instructionsOf(expect.object(task.get('user_scenario'), `${here}, user_scenario`), here),
    actions,
    ...(initial && { initial }),
    outputs: textsIn(criteria.get('communicate_info'), `${here}, communicate_info`),
    outputsCount: checks.includes('COMMUNICATE'),
    assertions: checks.includes('NL_ASSERTION') ? assertions : [],
  };
};

/** The tasks of a file by their ids. */
export const readTau2Tasks = (
  { value, where }: expect.Read,
  prefix: string,
  writes: Writes,
): ReadonlyMap<string, TauTask> =>
  new Map(
    expect.list(value, where).map((item, index) => {
      const task = readTask(item, index, where, prefix, writes);
      return [task.id, task];
    }),
  );

/** The splits of a domain: lists of task ids, the whole set (`base`) among them. */
export const readSplits = (
  { value, where }: expect.Read,
  prefix: string,
  tasks: ReadonlyMap<string, TauTask>,
): ReadonlyMap<string, readonly TauTask[]> =>
  new Map(
    [...expect.object(value, where)].map(([split, ids]) => [
      split,
      textsIn(ids, `${where}, ${split}`).map(id => {
        const task = tasks.get(`${prefix}/${id}`);
        if (task) return task;
        throw new BadInputError(`${where}, ${split}`, `there is no task ${JSON.stringify(id)}`);
      }),
    ]),
  );
