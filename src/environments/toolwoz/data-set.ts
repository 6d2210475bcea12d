/** What `juxta data pull toolwoz` fetches. */
import { type DataSet, filesAt } from '../../datasets/data-set.ts';

const MULTIWOZ = ['budzianowski/multiwoz', 'fe0c8e65cfcd8462bd33c86e35f21addc84ca82b'] as const;
const JOSH = [
  'asappresearch/josh-llm-simulation-training',
  'fc6b4943bc3b5f8af39726e01eb7b7bc1fffc3de',
] as const;

export const toolwozData: DataSet = {
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
    {
      repository: JOSH[0],
      commit: JOSH[1],
      path: 'training_fnames.json',
      target: 'training_fnames.json',
      blob: '8b5e95a13ba36f3cf0b924e74b341d998f7274a1',
      onlyFor: 'the split paper-train',
    },
    ...filesAt(...JOSH, 'data', {
      'testListFile.json': '21b8510f4dbaec5d38eb3ccd991d0fa3e5fd447b',
      'valListFile.json': 'b730c3205758ee92b26abf8e4bb3848c14ef436e',
    }),
  ],
  inPlaceOf: { 'MultiWOZ_2.1.zip': 'data.json' },
  alsoNamed: { 'testListFile.json': 'testListFile.txt', 'valListFile.json': 'valListFile.txt' },
};
