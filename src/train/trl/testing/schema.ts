/**
 * What TRL's documentation asks of settings and of data (dataset_formats.md, sft_trainer.md, kto_trainer.md,
 * dpo_trainer.md, clis.md), as checks: each returns why TRL could not train on what it is given, or undefined.
 */
import type { Method } from '../../trainer.ts';
import type { Setting, TrlSettings } from '../presets.ts';

type Row = Readonly<Record<string, unknown>>;
type Check = string | undefined;

const kinds = {
  text: (value: Setting) => typeof value === 'string',
  number: (value: Setting) => typeof value === 'number',
  boolean: (value: Setting) => typeof value === 'boolean',
  texts: (value: Setting) => Array.isArray(value) && value.every(each => typeof each === 'string'),
  numberOrNull: (value: Setting) => typeof value === 'number' || value === null,
};

const common: Readonly<Record<string, keyof typeof kinds>> = {
  model_name_or_path: 'text',
  output_dir: 'text',
  dtype: 'text',
  attn_implementation: 'text',
  use_peft: 'boolean',
  lora_r: 'number',
  lora_alpha: 'number',
  lora_dropout: 'number',
  lora_target_modules: 'texts',
  load_in_4bit: 'boolean',
  load_in_8bit: 'boolean',
  bnb_4bit_quant_type: 'text',
  use_bnb_nested_quant: 'boolean',
  learning_rate: 'number',
  lr_scheduler_type: 'text',
  warmup_steps: 'number',
  weight_decay: 'number',
  num_train_epochs: 'number',
  max_steps: 'number',
  per_device_train_batch_size: 'number',
  gradient_accumulation_steps: 'number',
  gradient_checkpointing: 'boolean',
  max_length: 'numberOrNull',
  optim: 'text',
  bf16: 'boolean',
  use_cpu: 'boolean',
  seed: 'number',
  report_to: 'text',
  save_strategy: 'text',
  save_steps: 'number',
  save_total_limit: 'number',
  logging_strategy: 'text',
  logging_steps: 'number',
  logging_first_step: 'boolean',
};
const own: Readonly<Record<Method, Readonly<Record<string, keyof typeof kinds>>>> = {
  sft: { assistant_only_loss: 'boolean', packing: 'boolean', chat_template_path: 'text' },
  kto: { beta: 'number', desirable_weight: 'number', undesirable_weight: 'number' },
  dpo: { beta: 'number', label_smoothing: 'number' },
};

export const settingsRefusal = (method: Method, settings: TrlSettings): Check => {
  for (const [name, value] of Object.entries(settings)) {
    const kind = common[name] ?? own[method][name];
    if (!kind) return `ValueError: Some keys are not used by the HfArgumentParser: ['${name}']`;
    if (!kinds[kind](value)) return `TypeError: ${name}: invalid ${kind} value: ${JSON.stringify(value)}`;
  }
  if (method === 'kto' && settings.per_device_train_batch_size === 1)
    return 'ValueError: Actual (not effective) batch size must be > 1.';
  if (settings.load_in_4bit && !settings.use_peft)
    return 'ValueError: You cannot train a quantized model without adapters.';
  return undefined;
};

const columns: Readonly<Record<Method, readonly string[]>> = {
  sft: ['messages'],
  kto: ['prompt', 'completion', 'label'],
  dpo: ['prompt', 'chosen', 'rejected'],
};

/** @param first the first row: all rows of a table have its columns */
export const rowRefusal = (method: Method, row: Row, first: Row): Check => {
  for (const column of columns[method]) if (!(column in row)) return `KeyError: '${column}'`;
  if (Object.keys(row).sort().join() !== Object.keys(first).sort().join())
    return `CastError: the columns ${Object.keys(row)} are not those of the first row`;
  if (method === 'kto' && typeof row.label !== 'boolean') return 'ValueError: label must be a boolean';
  const tools = toolsRefusal(row.tools);
  if (tools) return tools;
  if (method === 'sft') return messagesRefusal(row.messages, 'messages') ?? sftRefusal(row.messages as Row[]);
  const prompt = messagesRefusal(row.prompt, 'prompt') ?? promptRefusal(row.prompt as Row[]);
  if (prompt) return prompt;
  for (const column of columns[method].slice(1)) {
    if (column === 'label') continue;
    const refusal = messagesRefusal(row[column], column) ?? answerRefusal(row[column] as Row[], column);
    if (refusal) return refusal;
  }
  return undefined;
};

const sftRefusal = (messages: readonly Row[]): Check =>
  messages.some(({ role }) => role === 'assistant')
    ? undefined
    : 'ValueError: assistant_only_loss leaves nothing to learn: there is no assistant message';

const promptRefusal = (prompt: readonly Row[]): Check =>
  ['user', 'tool'].includes(String(prompt.at(-1)?.role))
    ? undefined
    : 'ValueError: the last message of a prompt must be from the user or a tool';

/** All that follows the prompt takes loss, results of tools too. */
const answerRefusal = (messages: readonly Row[], column: string): Check =>
  messages.length === 1 && messages[0]!.role === 'assistant'
    ? undefined
    : `ValueError: ${column} must be one assistant message`;

const roles = ['system', 'user', 'assistant', 'tool'];

const messagesRefusal = (messages: unknown, column: string): Check => {
  if (!Array.isArray(messages) || messages.length === 0)
    return `ValueError: ${column} must be a list of messages`;
  for (const message of messages as Row[]) {
    if (!roles.includes(String(message.role)))
      return `ValueError: ${column} has the unknown role ${message.role}`;
    if (typeof message.content !== 'string') return `TypeError: ${column} has a message without text`;
    if (message.tool_calls === undefined) continue;
    if (message.role !== 'assistant') return `ValueError: ${column} has calls by the ${message.role}`;
    for (const call of message.tool_calls as Row[]) {
      const refusal = callRefusal(call);
      if (refusal) return refusal;
    }
  }
  return undefined;
};

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const callRefusal = (call: Row): Check => {
  if (call.type !== 'function' || !isObject(call.function)) return 'ValueError: a call is not of a function';
  if (typeof call.function.name !== 'string') return 'ValueError: a call has no name';
  return isObject(call.function.arguments)
    ? undefined
    : 'ValueError: the arguments of a call must be an object';
};

const toolsRefusal = (given: unknown): Check => {
  if (given === undefined || given === null) return undefined;
  let tools = given;
  if (typeof given === 'string') {
    try {
      tools = JSON.parse(given);
    } catch {
      return 'JSONDecodeError: tools is text, but not JSON';
    }
  }
  if (!Array.isArray(tools)) return 'ValueError: tools must be a list';
  for (const tool of tools as Row[])
    if (tool.type !== 'function' || !isObject(tool.function) || typeof tool.function.name !== 'string')
      return 'ValueError: a tool must be a function with a name';
  return undefined;
};
