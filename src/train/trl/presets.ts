/** Hyper-parameters by name: those of the paper's scripts (josh.md, section 4) and TRL's own. */
import { JuxtaError } from '../../base/errors.ts';
import type { Method } from '../trainer.ts';

export type Setting = null | boolean | number | string | readonly string[];
/** Options of TRL's command line, by their names there. */
export type TrlSettings = Readonly<Record<string, Setting>>;

export interface TrlPreset {
  readonly says: string;
  /** The only method it is meant for; any method if missing. */
  readonly method?: Method;
  readonly settings: TrlSettings;
}

const paper: TrlSettings = {
  load_in_4bit: true,
  bnb_4bit_quant_type: 'nf4',
  use_bnb_nested_quant: true,
  dtype: 'bfloat16',
  bf16: true,
  use_peft: true,
  lora_r: 64,
  lora_alpha: 64,
  lora_dropout: 0.05,
  lora_target_modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
  optim: 'adamw_8bit',
  gradient_checkpointing: true,
};

const paperSft: TrlSettings = {
  ...paper,
  per_device_train_batch_size: 1,
  learning_rate: 2e-5,
  lr_scheduler_type: 'linear',
  warmup_steps: 5,
  weight_decay: 0.01,
};

/**
 * The paper's batch of one sequence per device is refused by TRL since it estimates the KL within a batch, so two
 * travel at a time and half as many batches are accumulated: an update sees as many sequences as in the paper. TRL cuts
 * at `max_length` alone; the paper's limit of 5,000 tokens on the prompt has no counterpart any more.
 */
const paperKto: TrlSettings = {
  ...paper,
  per_device_train_batch_size: 2,
  learning_rate: 5e-7,
  lr_scheduler_type: 'cosine',
  warmup_steps: 0.1,
  num_train_epochs: 1,
  max_length: 5256,
  save_steps: 100,
};

export const presets: Readonly<Record<string, TrlPreset>> = {
  defaults: {
    says: 'TRL’s own hyper-parameters, with LoRA; no example is cut short',
    settings: { use_peft: true, max_length: null, save_steps: 50 },
  },
  'paper-sft': {
    says: 'whole golden conversations, 3 epochs',
    method: 'sft',
    settings: {
      ...paperSft,
      num_train_epochs: 3,
      gradient_accumulation_steps: 16,
      // Not given in the paper's script; the library's default of its time, 1,024, cuts most conversations.
      max_length: null,
      save_steps: 13,
    },
  },
  'paper-sft-per-turn': {
    says: 'every clean turn of fully successful runs',
    method: 'sft',
    settings: {
      ...paperSft,
      num_train_epochs: 3,
      gradient_accumulation_steps: 8,
      max_length: 5256,
      save_steps: 60,
    },
  },
  'paper-sft-early': {
    says: 'every clean successful turn, small adapters, a higher learning rate',
    method: 'sft',
    settings: {
      ...paperSft,
      lora_r: 8,
      lora_alpha: 32,
      learning_rate: 2e-4,
      num_train_epochs: 2,
      gradient_accumulation_steps: 8,
      max_length: 8264,
      save_steps: 67,
    },
  },
  'paper-kto': {
    says: 'good turns and their bad siblings, the bad ones weighing 2.71',
    method: 'kto',
    settings: {
      ...paperKto,
      gradient_accumulation_steps: 8,
      beta: 0.1,
      desirable_weight: 1,
      undesirable_weight: 2.71,
    },
  },
  'paper-kto-early': {
    says: 'all turns, the good ones weighing 2.05',
    method: 'kto',
    settings: {
      ...paperKto,
      gradient_accumulation_steps: 4,
      beta: 0.03,
      desirable_weight: 2.05,
      undesirable_weight: 1,
    },
  },
};

/** @throws JuxtaError `unknown-preset`, or `wrong-method` if the preset is another method's */
export const presetNamed = (name: string, method: Method): TrlPreset => {
  const preset = presets[name];
  const fitting = Object.entries(presets).filter(([, each]) => (each.method ?? method) === method);
  const hint = `For ${method} there are: ${fitting.map(([each]) => each).join(', ')}.`;
  if (!preset) throw new JuxtaError('unknown-preset', `there is no preset ${JSON.stringify(name)}`, { hint });
  if ((preset.method ?? method) !== method)
    throw new JuxtaError('wrong-method', `the preset ${name} is for ${preset.method}, not ${method}`, {
      hint,
    });
  return preset;
};
