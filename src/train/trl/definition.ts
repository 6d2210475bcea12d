import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import { factsOf, type Method, methodNames } from '../methods.ts';
import { defineTrainer, type HyperParameters, type TrainJob, type TrainProgress } from '../trainer.ts';
import { checkData } from './data.ts';
import { checkLauncher } from './found.ts';
import { type Launcher, pythonLauncher, uvxLauncher } from './launcher.ts';
import { refuseMissingBf16, thisMachine } from './machine.ts';
import { mergeAdapter } from './merge.ts';
import { presets, type TrlSettings } from './presets.ts';
import { settingsOf } from './settings.ts';
import { checkTemplate, isUnfit, tokenizerFolder } from './template.ts';
import { trainOnFile } from './trainer.ts';

/** A program by its path, or as the shell finds it. */
const program = (name: string): string => (/[/\\]/.test(name) || existsSync(name) ? resolve(name) : name);

const setting = z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(z.string())]);

const optionsSchema = z.strictObject({
  preset: z
    .string()
    .default('defaults')
    .meta({
      flag: '--preset <name>',
      description: `hyper-parameters, of ${Object.keys(presets).join(', ')}; or one for each method, joined by +`,
    }),
  balanced: z.boolean().default(false).meta({
    flag: '--balanced',
    description: 'weigh both classes of labelled examples alike, in place of the preset',
  }),
  python: z.string().transform(program).optional().meta({
    flag: '--python <path>',
    description: 'the Python where TRL is installed (default: through uvx)',
  }),
  despiteTemplate: z.boolean().default(false).meta({
    flag: '--despite-template',
    description: "train although the model's chat template loses or bends what the data say",
  }),
  /** TRL's options by their names there, over the preset's. */
  settings: z.record(z.string(), setting).default({}),
});

type Options = z.output<typeof optionsSchema>;

/** Open weights, with TRL in a process of its own. Between two methods the adapter is merged into its base. */
export const trl = defineTrainer({
  name: 'trl',
  description: 'open weights with LoRA, through TRL',
  optionsSchema,
  methods: methodNames,
  hyperparameters: ['learningRate', 'epochs', 'batchSize', 'beta', 'lora'],
  plays: 'served',
  startsFrom: 'a folder or a model on the hub, for example Qwen/Qwen2.5-7B-Instruct',
  check: async job => {
    const presets = presetsIn(job.options);
    if (presets.length > 1 && presets.length !== job.methods.length)
      throw new JuxtaError('unknown-preset', `${job.options.preset} are ${presets.length} presets`, {
        hint: 'name one for all methods, or one for each in their order: --preset paper-sft+paper-kto',
      });
    const machine = await thisMachine();
    for (const [at, method] of job.methods.entries()) {
      const settings = settingsOf({ method, ...wanted(job, at) });
      const path = job.data[method];
      if (path !== undefined) {
        const { file } = await checkData(path, method);
        const tokenizer = await tokenizerFolder(job.base);
        if (tokenizer !== undefined && checksTemplate(settings, job.options))
          await checkTemplate(tokenizer, file, job.base).catch((thrown: unknown) => {
            // What cannot be looked at here is told when it is trained.
            if (isUnfit(thrown)) throw thrown;
          });
      }
      refuseMissingBf16(settings, machine);
    }
    checkLauncher(launcherOf(job.options));
  },
  train: async (job, { onProgress, onWarning, signal }) => {
    let base = { id: basename(job.base), path: job.base };
    for (const [at, method] of job.methods.entries()) {
      const folder = join(job.folder, method);
      let last: TrainProgress = { method, step: 0, steps: 0, loss: Number.NaN, tokensPerSecond: 0 };
      const model = await trainOnFile(
        base,
        job.data[method]!,
        {
          ...wanted(job, at),
          method,
          folder,
          balanced: job.options.balanced,
          launcher: launcherOf(job.options),
          seed: job.seed,
          id: job.id,
          despiteTemplate: !checksTemplate(wanted(job, at).settings, job.options),
          ...(onWarning && { onWarning }),
          onNote: note => onProgress({ ...last, loss: Number.NaN, tokensPerSecond: 0 }, note),
        },
        progress => {
          last = progress;
          onProgress(progress);
        },
        signal,
      );
      if (at === job.methods.length - 1) return { model: model.path, hint: model.hint };
      // A merged model keeps its base's name, by which its family is known.
      const output = join(folder, `${basename(job.base)}-merged`);
      base = { id: model.id, path: await asBase(model, output, { ...job, signal }) };
    }
    throw new Error('a training without a method');
  },
  asBase: (model, output, job) => asBase(model, output, job),
});

/** An adapter is merged first. @throws as `mergeAdapter` */
const asBase = async (
  model: { readonly id: string; readonly path: string },
  output: string,
  { options, signal }: { readonly options: Options; readonly signal?: AbortSignal | undefined },
): Promise<string> => {
  if (!existsSync(join(model.path, 'adapter_config.json'))) return model.path;
  const launcher = launcherOf(options);
  return (await mergeAdapter(model, { output, launcher, ...(signal && { signal }) })).path;
};

/** A template that TRL is told to put in the place of the model's own cannot be looked into. */
const checksTemplate = (settings: TrlSettings, { despiteTemplate }: Options): boolean =>
  !despiteTemplate && settings.chat_template_path === undefined;

const launcherOf = ({ python }: Options): Launcher =>
  python === undefined ? uvxLauncher() : pythonLauncher(python);

const presetsIn = ({ preset }: Options): readonly string[] => preset.split('+').map(name => name.trim());

/** Preset and settings of the sequence's method at a position. */
const wanted = (
  { methods, hyperparameters, options }: Pick<TrainJob<Options>, 'methods' | 'hyperparameters' | 'options'>,
  at: number,
): { readonly preset: string; readonly settings: TrlSettings } => {
  const presets = presetsIn(options);
  const common = commonSettings(hyperparameters, methods[at]!);
  return { preset: presets[at] ?? presets[0]!, settings: { ...common, ...options.settings } };
};

/** The hyper-parameters that all trainers have, by TRL's names. */
const commonSettings = (
  { learningRate, epochs, batchSize, beta, lora }: HyperParameters,
  method: Method,
): TrlSettings => ({
  ...(learningRate !== undefined && { learning_rate: learningRate }),
  ...(epochs !== undefined && { num_train_epochs: epochs }),
  ...(batchSize !== undefined && { per_device_train_batch_size: batchSize, gradient_accumulation_steps: 1 }),
  ...(beta !== undefined && factsOf(method).compares && { beta }),
  ...(lora !== undefined && { use_peft: true, lora_r: lora.rank, lora_alpha: lora.alpha }),
});
