import { join } from 'node:path';
import { type DataSet, filesAt } from './data-set.ts';
import { tauBench } from './tau-bench.ts';

const MULTIWOZ = ['budzianowski/multiwoz', 'fe0c8e65cfcd8462bd33c86e35f21addc84ca82b'] as const;
const JOSH = [
  'asappresearch/josh-llm-simulation-training',
  'fc6b4943bc3b5f8af39726e01eb7b7bc1fffc3de',
] as const;
const TAU2 = ['sierra-research/tau2-bench', 'a2c024725189473d2d7cea3a5cfdbcc67478e41f'] as const;
const FASTCHAT = ['lm-sys/FastChat', '0e6d3e4beaab66f4d3f93db72541a4abab8af28d'] as const;

const toolwoz: DataSet = {
  name: 'toolwoz',
  folder: 'multiwoz-2.1',
  licence: 'MIT (Copyright (c) 2019 Paweł Budzianowski); please cite MultiWOZ 2.0 (2018) and 2.1 (2019)',
  files: [
    ...filesAt(...MULTIWOZ, 'data', { 'MultiWOZ_2.1.zip': 'c30d869f77e86fe2bf19245120e771f28cb32bfa' }),
    ...filesAt(...MULTIWOZ, 'db', {
      'attraction_db.json': '4f5fbc75aea1cb2d41c8da641b8f7baef49f08ad',
      'hotel_db.json': '438601caef140ed7b6b441365bf09055ae33e0ed',
      'restaurant_db.json': '58ed562b1f87aba62d9e40fa5c909e1ff470a6f2',
      'train_db.json': '050d9f184809d69d32d5f2f4996905609b176b55',
      'taxi_db.json': '60ef8bd4b8f7396b4d7f7c241571c8a507c945d1',
      'hospital_db.json': '82fe62e887d95d78b05c9de5bff3208c55bff8b3',
      'police_db.json': 'dbe208f09942f74c89cdabc8510dae457a0d905f',
    }),
    ...filesAt(...JOSH, 'data', {
      'testListFile.json': '21b8510f4dbaec5d38eb3ccd991d0fa3e5fd447b',
      'valListFile.json': 'b730c3205758ee92b26abf8e4bb3848c14ef436e',
    }),
  ],
  inPlaceOf: { 'MultiWOZ_2.1.zip': 'data.json' },
  alsoNamed: { 'testListFile.json': 'testListFile.txt', 'valListFile.json': 'valListFile.txt' },
};

const tau2Bench: DataSet = {
  name: 'tau2-bench',
  folder: 'tau2-bench',
  licence: 'MIT (Sierra)',
  files: filesAt(...TAU2, 'data/tau2/domains', {
    'retail/tasks.json': 'e95a9f898b2d1f6568ea8faec78edc3767ce747d',
    'retail/split_tasks.json': '8b20704a17aa1940b1e58668f89dcef2ddaeeea3',
    'retail/db.json': '4d67b03b2d39ade5a7ab6facb2edd7ab3e013d48',
    'retail/policy.md': 'd127e6b074654926f337d0d98b0e669ebe90d19e',
    'airline/tasks.json': 'ea4ff5e3f5e3d97ca391846a6e8dd9eb3437dc80',
    'airline/split_tasks.json': 'c83cce155671e66a6bf07450fd2845fe0eb1f229',
    'airline/db.json': 'c6a1e817aa9102c5822e83affb3595acbc312701',
    'airline/policy.md': '8098be7db3f47de943fad39d1e057ede6cc6cd04',
  }),
};

const mtBench: DataSet = {
  name: 'mt-bench',
  folder: 'mt-bench',
  licence: 'Apache-2.0 (FastChat)',
  files: filesAt(
    ...FASTCHAT,
    'fastchat/llm_judge/data',
    {
      'question.jsonl': '464e2c22f7a021a0f9a584d232338a9a17c40066',
      'judge_prompts.jsonl': '4ec7524cbcdf308766fddc52df31e203316ad75f',
      'reference_answer/gpt-4.jsonl': '8b66387a3129cbb117178fe515491df553dd52df',
    },
    target => (target === 'judge_prompts.jsonl' ? target : `mt_bench/${target}`),
  ),
};

export const dataSets: readonly DataSet[] = [toolwoz, tauBench, tau2Bench, mtBench];

/** Where a data set is kept in a project, below its folder. */
export const folderOf = (dataSet: DataSet): string => join('.juxta', 'data', dataSet.folder);
