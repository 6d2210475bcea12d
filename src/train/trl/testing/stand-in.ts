/**
 * Stands in for `trl` in tests: reads the config and the data, refuses what TRL's documentation refuses, prints what
 * the Trainer prints, and leaves checkpoints and an adapter. `STAND_IN` says how it behaves.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Method } from '../../trainer.ts';
import { configRefusal, rowRefusal } from './schema.ts';
import { parseYaml } from './yaml.ts';

export interface Behaviour {
  /** How long an update takes, in ms. */
  readonly stepMs?: number;
  /** Ends with an exception, as out of memory, before this update. */
  readonly failAt?: number;
  /** Kills itself before this update, leaving a part of a checkpoint. */
  readonly dieAt?: number;
  /** Goes on when it is asked to stop. */
  readonly stubborn?: boolean;
  /** Does not go on from a checkpoint. */
  readonly forgetful?: boolean;
  /** Ends well without having written a model. */
  readonly empty?: boolean;
}

const behaviour = JSON.parse(process.env.STAND_IN ?? '{}') as Behaviour;

const fail = (...lines: readonly string[]): never => {
  const launcher = [
    'Traceback (most recent call last):',
    '  File "accelerate/commands/launch.py", line 1, in simple_launcher',
    "subprocess.CalledProcessError: Command '['python', 'kto.py']' returned non-zero exit status 1.",
  ];
  process.stderr.write(`${[...lines, ...launcher].join('\n')}\n`);
  process.exit(1);
};

const refuse = (why: string | undefined): void => {
  if (why === undefined) return;
  if (why.startsWith('error:')) fail('usage: trl [-h] …', `trl ${process.argv[2]}: ${why}`);
  fail('Traceback (most recent call last):', '  File "trl/scripts/utils.py", line 1, in main', why);
};

const bar = (step: number, steps: number): string =>
  `\r${String(Math.floor((100 * step) / steps)).padStart(3)}%|████▏     | ${step}/${steps} [00:00<00:00, 12.84it/s]`;

const loss = (step: number): string => (2 / (1 + step)).toPrecision(4);

const checkpoint = (output: string, step: number, whole = true): void => {
  const folder = join(output, `checkpoint-${step}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'adapter_model.safetensors'), '');
  if (whole) writeFileSync(join(folder, 'trainer_state.json'), JSON.stringify({ global_step: step }));
};

/** As Python would: it imports `sitecustomize` from the search path. */
const resumedStep = (): number => {
  const path = process.env.PYTHONPATH?.split(delimiter) ?? [];
  const { JUXTA_CHECKPOINT } = process.env;
  const hooked = path.some(folder => existsSync(join(folder, 'sitecustomize.py')));
  if (behaviour.forgetful || !hooked || !JUXTA_CHECKPOINT) return 0;
  const state = readFileSync(join(JUXTA_CHECKPOINT, 'trainer_state.json'), 'utf8');
  return (JSON.parse(state) as { global_step: number }).global_step;
};

const main = async (): Promise<void> => {
  const [, , word, flag, file] = process.argv;
  const method = word as Method;
  if (flag !== '--config') fail('usage: trl METHOD --config FILE');
  const config = parseYaml(readFileSync(file!, 'utf8'));
  refuse(configRefusal(method, config));
  const [{ data_files }] = config.datasets as [{ data_files: [string] }];
  const rows = readFileSync(data_files[0], 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
  for (const row of rows) refuse(rowRefusal(method, row, rows[0]));

  const number = (name: string, missing: number): number => Number(config[name] ?? missing);
  const batch = number('per_device_train_batch_size', 8) * number('gradient_accumulation_steps', 1);
  const perEpoch = Math.ceil(rows.length / batch);
  const steps =
    number('max_steps', -1) > 0 ? number('max_steps', -1) : perEpoch * number('num_train_epochs', 3);
  const output = String(config.output_dir);
  process.stderr.write('The following values were not passed to `accelerate launch` and had defaults used\n');
  process.stderr.write(
    `\rTokenizing train dataset: 100%|██████████| ${rows.length}/${rows.length} [00:00<00:00]\n`,
  );
  process.stderr.write(bar(0, steps));
  for (let step = resumedStep() + 1; step <= steps; step++) {
    if (behaviour.stepMs) await setTimeout(behaviour.stepMs);
    if (behaviour.failAt === step)
      fail(
        'Traceback (most recent call last):',
        'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate',
      );
    if (behaviour.dieAt === step) {
      checkpoint(output, step, false);
      process.kill(process.pid, 'SIGKILL');
    }
    process.stderr.write(bar(step, steps));
    process.stdout.write(
      `{'loss': '${loss(step)}', 'learning_rate': '5e-07', 'num_tokens': '${step * 1000}', 'epoch': '${step / perEpoch}'}\n`,
    );
    if (step % number('save_steps', 500) === 0 || step === steps) checkpoint(output, step);
  }
  process.stdout.write(
    "{'train_runtime': '1.104', 'train_loss': '0.8561', 'epoch': '1'}\n✅ Training completed.\n",
  );
  if (behaviour.empty) return;
  const adapter = { base_model_name_or_path: config.model_name_or_path, r: number('lora_r', 16) };
  writeFileSync(join(output, 'adapter_config.json'), JSON.stringify(adapter));
  writeFileSync(join(output, 'adapter_model.safetensors'), 'weights');
};

if (import.meta.main) {
  process.on('SIGINT', () => {
    if (!behaviour.stubborn) fail('Traceback (most recent call last):', 'KeyboardInterrupt');
  });
  await main();
}
