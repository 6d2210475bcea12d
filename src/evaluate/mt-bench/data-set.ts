/** What `juxta data pull mt-bench` fetches. */
import { type DataSet, filesAt } from '../../datasets/data-set.ts';

const FASTCHAT = ['lm-sys/FastChat', '0e6d3e4beaab66f4d3f93db72541a4abab8af28d'] as const;

export const mtBench: DataSet = {
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
