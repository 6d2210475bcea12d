/**
 * `npm run pretrain`: makes the base model that ships with Juxta, by cloning the behaviour of the fallible script in
 * the default environment. Stopped by steps, from a seed, equal on any number of cores; a killed run goes on where it was.
 */
import { parseArgs } from 'node:util';
import type { Agent } from '../agents/agent.ts';
import { hash } from '../base/random.ts';
import type { Environment, Tool } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import { defaultEnvironment } from '../environments/registry.ts';
import { type CodecSpec, vocabularySize } from '../models/embedded/codec.ts';
import type { EmbeddedConfig } from '../models/embedded/config.ts';
import { initialWeights } from '../models/embedded/init.ts';
import { writeWeights } from '../models/embedded/safetensors.ts';
import type { Model } from '../models/model.ts';
import { baseWeights } from '../models/open.ts';
import { converse } from '../play/converse.ts';
import {
  fallibleErrors,
  perfectErrors,
  type ScriptErrors,
  scriptAgent,
  slipErrors,
  systematicErrors,
} from '../players/travel/agent/script.ts';
import { closedWords } from '../players/travel/user/closed-words.ts';
import { agendaUser } from '../players/travel/user/user.ts';
import type { User } from '../users/user.ts';
import { cloneBehaviour, cloningDefaults, type Dialogue } from './embedded/cloning.ts';

/** Slots suffice for the names, times and references of one dialogue. */
const SLOTS = 64;

/** The vocabulary: tools, their parameters and shown results, and the words of user and script. */
export const codecFor = (tools: readonly Tool[]): CodecSpec => {
  const shown = tools.map(tool => [tool.name, tool.resultFields ?? []] as const);
  const parameters = tools.flatMap(tool => Object.keys(tool.parameters.properties as object));
  return {
    words: [...new Set([...closedWords(), 'true', 'false'])].sort(),
    slots: SLOTS,
    toolNames: tools.map(tool => tool.name),
    keys: [...new Set([...parameters, ...shown.flatMap(([, fields]) => fields)])],
    resultFields: Object.fromEntries(shown),
  };
};

export const baseConfig = (codec: CodecSpec): EmbeddedConfig => ({
  width: 128,
  layers: 4,
  heads: 4,
  vocabulary: vocabularySize(codec),
  context: 384,
  pointer: 64,
});

export const teachers: Readonly<Record<string, ScriptErrors>> = {
  fallible: fallibleErrors,
  slips: slipErrors,
  systematic: systematicErrors,
  perfect: perfectErrors,
};

/** Dialogue `index` of the script with some errors, in the split that nothing else uses. */
export const scriptDialogues = (
  environment: Environment,
  errors: ScriptErrors,
  seed: number,
): ((index: number) => Promise<Dialogue>) => {
  const cast = {
    environment,
    agent: scriptAgent(errors) as Agent,
    model: noModel,
    user: agendaUser() as User,
    temperature: 0,
    maxTokens: 0,
  };
  return async index => {
    const [task] = environment.tasks('pretrain', { start: index, count: 1 });
    const { turns } = await converse(cast, task!, hash(seed, 'pretrain', index), {
      maxMessages: 15,
      maxTries: 1,
    });
    return { messages: turns.flatMap(turn => turn.internal), tools: environment.tools };
  };
};

const noModel: Model = {
  id: 'none',
  generate: () => Promise.reject(new Error('the script asks no model')),
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      output: { type: 'string', default: baseWeights },
      environment: { type: 'string', default: defaultEnvironment },
      steps: { type: 'string', default: String(cloningDefaults.steps) },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string', default: '2' },
      teacher: { type: 'string', default: 'fallible' },
      'left-out': { type: 'string' },
    },
  });
  const { output } = values;
  const seed = Number(values.seed);
  const errors = teachers[values.teacher];
  if (!errors) throw new Error(`--teacher is one of ${Object.keys(teachers).join(', ')}`);
  const { 'left-out': leftOut, environment: name } = values;
  const environment = await openEnvironment({ name, options: leftOut === undefined ? {} : { leftOut } });
  const codec = codecFor(environment.tools);
  const config = baseConfig(codec);
  let loss = 0;
  let told = 0;
  const { weights } = await cloneBehaviour(
    { config, codec, weights: initialWeights(config, seed) },
    scriptDialogues(environment, errors, seed),
    {
      ...cloningDefaults,
      steps: Number(values.steps),
      seed,
      threads: Number(values.threads),
      source: `${name}-${values.teacher}-${leftOut ?? ''}`,
      checkpoint: { path: `${output}.checkpoint`, every: 100 },
    },
    progress => {
      loss += progress.loss;
      if (++told % 20 > 0 && progress.step < progress.steps) return;
      const rate = Math.round(progress.tokensPerSecond);
      process.stderr.write(
        `step ${progress.step}/${progress.steps}  loss ${(loss / (told % 20 || 20)).toFixed(4)}  ${rate} tokens/s\n`,
      );
      loss = 0;
    },
  );
  const notes = {
    teacher: values.teacher,
    errors: JSON.stringify(errors),
    seed: values.seed,
    steps: values.steps,
  };
  await writeWeights(output, weights, { config, codec, notes }, 'F16');
};

if (import.meta.main) await main();
