/** What `juxta data pull tau2-bench` fetches. */
import { type DataSet, filesAt } from '../../../datasets/data-set.ts';

const TAU2 = ['sierra-research/tau2-bench', 'a2c024725189473d2d7cea3a5cfdbcc67478e41f'] as const;

export const tau2Bench: DataSet = {
  name: 'tau2-bench',
  folder: 'tau2-bench',
  licence: 'MIT (Sierra)',
  release: '1.0.1',
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
