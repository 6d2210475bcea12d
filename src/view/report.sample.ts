/** A report's data made up for tests: the sizes and shapes of a real run, with texts of one's choice. */
import { random } from '../base/random.ts';
import type { Message } from '../dialogue/message.ts';
import { noUsage, type Turn } from '../dialogue/turn.ts';
import { compare } from '../evaluate/compare.ts';
import { analyseErrors, type ErrorBreakdown, errorBreakdown } from '../evaluate/errors.ts';
import { metrics, type Outcome } from '../evaluate/metrics.ts';
import type { ReportData, ReportedEvaluation } from './report-data.ts';

const types = ['hotel', 'hotel+train', 'attraction+restaurant', 'restaurant+train'];

const outcomes = (success: number, stream: ReturnType<typeof random>): Outcome[] =>
  Array.from({ length: 300 }, (_, i) => {
    const reward = stream.chance(success) ? 1 : stream.below(4) / 4;
    const fault = stream.chance(0.01) ? 'user-fault' : null;
    const about = { task: `task-${i}`, taskType: types[i % 4]!, seed: 1, fault };
    return {
      ...about,
      reward,
      success: reward === 1,
      turns: 4 + stream.below(6),
      calls: 2 + stream.below(5),
    };
  });

const breakdown = (success: number, stream: ReturnType<typeof random>): ErrorBreakdown =>
  errorBreakdown(
    Array.from({ length: 300 }, () => {
      const goal = {
        id: 'hotel/search_hotel',
        tool: 'search_hotel',
        arguments: { area: 'north', stars: '4' },
      };
      const reached = new Set(stream.chance(success) ? [goal.id] : []);
      const args = { area: stream.pick(['north', 'south']), ...(stream.chance(0.7) && { stars: '4' }) };
      const call = { name: 'search_hotel', arguments: args, output: '[]', returned: null };
      return analyseErrors({ goals: [goal], reached, calls: stream.chance(0.7) ? [call] : [], fault: null });
    }),
  );

const evaluation = (setting: 'greedy' | 'sampled', from: number, to: number): ReportedEvaluation => {
  const stream = random('sample', setting);
  const before = outcomes(from, stream);
  const after = outcomes(to, stream);
  return {
    setting,
    before: metrics(before),
    after: metrics(after),
    comparison: compare(before, after, { seed: 1, resamples: 500 }),
    errors: { before: breakdown(from, stream), after: breakdown(to, stream) },
  };
};

const turn = (speaker: Turn['speaker'], text: string, calls: Turn['calls'] = []): Turn => {
  const message: Message = { role: speaker === 'agent' ? 'assistant' : 'user', content: text };
  return { speaker, visible: [message], internal: [message], calls, usage: noUsage };
};

/** @param text stands in every place that a model, a user or a file can fill */
export const sampleReport = (
  text = 'I need a place to stay in the north, four stars please.',
): ReportData => {
  const output = `[{"name": "the ${text}", "area": "north", "stars": "4", "phone": "01223 351241", "postcode": "cb41da"}]`;
  const search = (args: Record<string, string>) => [
    { name: 'search_hotel', arguments: args, output, returned: null },
  ];
  const curve = (stage: string, from: number) => ({
    stage,
    points: Array.from({ length: 160 }, (_, i) => ({
      step: i + 1,
      loss: from * Math.exp(-i / 60) + 0.1 + 0.2 * random('loss', stage, i).next(),
    })),
  });
  return {
    title: `Self-training on hamlet: ${text.slice(0, 30)}`,
    run: text,
    made: '2026-01-02T03:04:05Z',
    notes: [`An error-free scripted agent with this user reaches 98.1 %. ${text}`],
    evaluations: [evaluation('greedy', 0.31, 0.62), evaluation('sampled', 0.27, 0.5)],
    training: [curve('round 1, SFT', 2.3), curve(`round 1, ${text.slice(0, 12)}`, 0.7)],
    rounds: [1, 2, 3].map(round => ({
      round,
      rolloutReward: 0.5 + round / 10,
      trees: 1200,
      fullRewardTrees: 500 + 100 * round,
      examples: { sft: 500, dpo: 2310 },
      gateBefore: 0.2 + round / 10,
      gateAfter: 0.28 + round / 10,
      kept: round < 3,
    })),
    costs: [
      { stage: 'rollout', seconds: 83.2, peakMemoryBytes: 412e6, detail: '9,400 tokens/s' },
      { stage: 'train', seconds: 121, peakMemoryBytes: 890e6 },
      { stage: 'after', seconds: 14.5, peakMemoryBytes: 301e6 },
    ],
    requests: ['requests: 12 calls, 3 k tokens', text],
    example: {
      task: 'hamlet/train/17',
      instructions: ['You want a hotel in the north with four stars.', text],
      shared: [turn('user', text), turn('agent', 'Which price range do you want?'), turn('user', text)],
      golden: [
        turn('agent', `I found the ${text}.`, search({ area: 'north', stars: '4' })),
        turn('user', 'Great!'),
      ],
      failed: [
        turn('agent', 'There is nothing.', search({ area: 'south', stars: text })),
        { ...turn('user', 'Good bye.'), error: text },
      ],
      goals: ['hotel/search_hotel'],
      failedBecause: 'user-ended',
    },
    settings: [
      { name: 'seed', value: '1' },
      { name: 'method', value: 'sft+dpo' },
      { name: 'beam', value: '8' },
      { name: 'model', value: text },
    ],
  };
};
