import { type ConvertedFile, type DataSet, filesAt, type PublicPath } from '../../../datasets/data-set.ts';
import { tasksToJson, toolsToJson } from './from-python.ts';

const TAU = ['sierra-research/tau-bench', '59a200c6d575d595120f1cb70fea53cef0632f6b'] as const;
const FOLDER = 'tau_bench/envs';

const sourceAt = (path: string): PublicPath => ({
  repository: TAU[0],
  commit: TAU[1],
  path: `${FOLDER}/${path}`,
});

/** A list of tasks, which its Python file gives to `name`. */
const tasks = (file: string, name: string, blob: string): ConvertedFile => ({
  target: `${file}.json`,
  blob,
  sources: [sourceAt(`${file}.py`)],
  convert: ([source]) => tasksToJson(source!, name),
});

/** A domain's tools in the order of its `ALL_TOOLS`, each with a Python file of its name. */
const tools = (domain: string, blob: string, names: string): ConvertedFile => ({
  target: `${domain}/tools.json`,
  blob,
  sources: names
    .trim()
    .split(/\s+/)
    .map(name => sourceAt(`${domain}/tools/${name}.py`)),
  convert: toolsToJson,
});

export const tauBench: DataSet = {
  name: 'tau-bench',
  folder: 'tau-bench',
  licence: 'MIT (Copyright (c) 2024 Sierra)',
  files: [
    ...filesAt(
      ...TAU,
      FOLDER,
      {
        'retail/orders.json': '77e34535e4cde09c21be706452947d267e74448f',
        'retail/products.json': 'dcde9b1beeea329cee6ce28d6b1e414a5284db3a',
        'retail/users.json': '47ce9b4231a2881951a451d9bafc67c0c45f4403',
        'airline/flights.json': 'ecfc0351cb211cf2601317f14c6dd105ee163a30',
        'airline/reservations.json': 'd3e77598bf90486a2805a19332996ec9713295b5',
        'airline/users.json': '3c611cebf115a65ffecaf8c7f362e007b4739228',
      },
      target => target.replace('/', '/data/'),
    ),
    ...filesAt(...TAU, FOLDER, {
      'retail/wiki.md': '2a23f004bbde6a5e3392585d0fedbb4ac2ee0a11',
      'airline/wiki.md': '1601b26472674661fc07b48940e86674854ff2e3',
    }),
  ],
  converted: [
    tasks('retail/tasks_test', 'TASKS_TEST', '05de7c3992e903e21619628a80c40cf3b16b1fe1'),
    tasks('retail/tasks_train', 'TASKS_TRAIN', '24f166541b75773af9c2d98705e575f919d6e3f0'),
    tasks('retail/tasks_dev', 'TASKS_DEV', '0392ec63bd63fa133dfa51d8c6f351fd0fcc6359'),
    tasks('airline/tasks_test', 'TASKS', '287d7268283194570cb772bad4122341ac2a76e6'),
    tools(
      'retail',
      'bc9396b092412323f0cc520b353da2da4ffa76f5',
      `calculate cancel_pending_order exchange_delivered_order_items find_user_id_by_email find_user_id_by_name_zip
      get_order_details get_product_details get_user_details list_all_product_types modify_pending_order_address
      modify_pending_order_items modify_pending_order_payment modify_user_address return_delivered_order_items think
      transfer_to_human_agents`,
    ),
    tools(
      'airline',
      '0ff07c7920dcd3b7a1c7f9bf55db543986db594a',
      `book_reservation calculate cancel_reservation get_reservation_details get_user_details list_all_airports
      search_direct_flight search_onestop_flight send_certificate think transfer_to_human_agents
      update_reservation_baggages update_reservation_flights update_reservation_passengers`,
    ),
  ],
};
