/** A model's chat template (Jinja) and tokenizer, read from the folder in which the model keeps them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { BadInputError, messageOf } from '../../base/errors.ts';
import { replaceRawNumbers } from '../../base/json-numbers.ts';
import { pythonNumber } from '../../base/python-json.ts';
import { validated } from '../../base/zod-issue.ts';
import { controlTokensIn } from '../../dialogue/control-tokens.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { type ArgumentStyle, chatMessages, toolsField } from './chat.ts';
import { Template } from './python-template.ts';

export interface RenderOptions {
  /** Ends with what invites the assistant to speak. */
  readonly generationPrompt?: boolean;
  /** How calls' arguments are handed to the template (default: as objects). */
  readonly arguments?: ArgumentStyle;
}

/** A stretch of text, from `start` up to and without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ChatTemplate {
  /** Undefined if nothing says how long the model's context is. In tokens. */
  readonly contextLength: number | undefined;
  /** True if the template marks what the assistant generates (`{% generation %}`). */
  readonly marksGeneration: boolean;
  /** What its tokenizer holds special, or the template writes as structure: no message may hold it. */
  readonly controlTokens: readonly string[];
  /** True if it writes arguments that it is given as objects as JSON, and not as a language's own print of them. */
  readonly writesJson: boolean;
  /** @throws Error with the template's own words, if it refuses the conversation */
  render(messages: readonly Message[], tools: readonly Tool[], options?: RenderOptions): string;
  /** Of messages that may have fields of any name, without tools. @throws Error as `render` */
  renderRaw(messages: readonly JsonObject[]): string;
  /** The rendering, and what of it the template marks as generated. */
  renderMarked(
    messages: readonly Message[],
    tools: readonly Tool[],
  ): { readonly text: string; readonly generated: readonly Span[] };
  /** Number of tokens; undefined if the folder holds no tokenizer. */
  countTokens: ((text: string) => number) | undefined;
}

const special = z
  .union([z.string(), z.object({ content: z.string() }).transform(token => token.content)])
  .nullish();
const addedToken = z.looseObject({ content: z.string(), special: z.boolean().optional() });
const tokenizerConfig = z.looseObject({
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .optional(),
  bos_token: special,
  eos_token: special,
  pad_token: special,
  unk_token: special,
  added_tokens_decoder: z.record(z.string(), addedToken).optional(),
  model_max_length: z.number().optional(),
});
const tokenizerShape = z.looseObject({ added_tokens: z.array(addedToken).optional() });
const modelConfig = z.looseObject({ max_position_embeddings: z.number().optional() });

/**
 * Reads `chat_template.jinja`, or else the `chat_template` of `tokenizer_config.json`; and `tokenizer.json` and
 * `config.json`, if they are there.
 * @throws BadInputError naming file and field
 */
export const loadChatTemplate = async (folder: string): Promise<ChatTemplate> => {
  const configPath = join(folder, 'tokenizer_config.json');
  const config = await parsedFile(configPath, tokenizerConfig);
  if (!config)
    throw new BadInputError(configPath, 'there is no such file', {
      hint: 'Give the folder of a model, or one into which its tokenizer files were copied.',
    });
  const file = await readFile(join(folder, 'chat_template.jinja'), 'utf8').catch(() => undefined);
  const named = Array.isArray(config.chat_template) ? config.chat_template : [];
  const source =
    file ??
    (typeof config.chat_template === 'string'
      ? config.chat_template
      : (named.find(({ name }) => name === 'tool_use') ?? named.find(({ name }) => name === 'default'))
          ?.template);
  if (source === undefined)
    throw new BadInputError(
      configPath,
      'has no field chat_template, nor is there a chat_template.jinja beside it',
    );
  const tokenizerPath = join(folder, 'tokenizer.json');
  const tokenizerFile = await parsedFile(tokenizerPath, tokenizerShape);
  const model = await parsedFile(join(folder, 'config.json'), modelConfig);
  // Transformers writes 1e30 for "unknown".
  const maxLength =
    config.model_max_length !== undefined && config.model_max_length < 1e12
      ? config.model_max_length
      : undefined;
  const tokenizer = tokenizerFile && new Tokenizer(tokenizerFile, config);
  return chatTemplate(source, {
    path: file === undefined ? `${configPath}, field chat_template` : join(folder, 'chat_template.jinja'),
    tokens: {
      bos_token: config.bos_token ?? '',
      eos_token: config.eos_token ?? '',
      pad_token: config.pad_token ?? '',
      unk_token: config.unk_token ?? '',
    },
    contextLength: maxLength ?? model?.max_position_embeddings,
    specialTokens: specialTokensOf(config, tokenizerFile?.added_tokens ?? []),
    countTokens: tokenizer && (text => tokenizer.encode(text, { add_special_tokens: false }).ids.length),
  });
};

const specialTokensOf = (
  { bos_token, eos_token, pad_token, unk_token, added_tokens_decoder = {} }: z.infer<typeof tokenizerConfig>,
  added: readonly z.infer<typeof addedToken>[],
): readonly string[] =>
  [
    ...[bos_token, eos_token, pad_token, unk_token],
    ...[...added, ...Object.values(added_tokens_decoder)].map(({ content, special }) => special && content),
  ].filter(token => typeof token === 'string' && token !== '') as string[];

/** @throws BadInputError if the template is not valid Jinja */
export const chatTemplate = (
  source: string,
  facts: {
    readonly path: string;
    readonly tokens?: Readonly<Record<string, string>>;
    readonly contextLength?: number | undefined;
    readonly specialTokens?: readonly string[];
    readonly countTokens?: ((text: string) => number) | undefined;
  },
): ChatTemplate => {
  const template = compiled(source, facts.path);
  const marking = compiled(withMarks(source), facts.path);
  const rendered = (
    by: Template,
    messages: readonly Message[],
    tools: readonly Tool[],
    options: RenderOptions = {},
  ): string => {
    const numbers = numberPlaceholders();
    const text = by.render({
      ...facts.tokens,
      messages: numbers.hide(chatMessages(messages, options.arguments ?? 'object')),
      ...toolsField(tools),
      add_generation_prompt: options.generationPrompt ?? false,
    });
    return numbers.restore(text);
  };
  return {
    contextLength: facts.contextLength,
    marksGeneration: generationTag.test(source),
    controlTokens: [...new Set([...(facts.specialTokens ?? []), ...controlTokensIn(source)])],
    writesJson: writesJson(template, facts.tokens ?? {}),
    render: (messages, tools, options) => rendered(template, messages, tools, options),
    renderRaw: messages => template.render({ ...facts.tokens, messages, add_generation_prompt: false }),
    renderMarked: (messages, tools) => spansOf(rendered(marking, messages, tools)),
    countTokens: facts.countTokens,
  };
};

/**
 * Numbers that JavaScript would print differently from Python are given to a template as integers of their own, in whose
 * place then stands what Python prints: trainers render with Python.
 */
const numberPlaceholders = () => {
  const texts = new Map<string, string>();
  return {
    hide: (messages: unknown): unknown =>
      replaceRawNumbers(messages, ({ rawJSON }) => {
        const placeholder = Number.MAX_SAFE_INTEGER - texts.size;
        texts.set(String(placeholder), pythonNumber(rawJSON));
        return placeholder;
      }),
    restore: (text: string): string =>
      texts.size === 0 ? text : text.replace(/9007199254\d{6}/g, digits => texts.get(digits) ?? digits),
  };
};

const compiled = (source: string, path: string): Template => {
  try {
    return new Template(source);
  } catch (cause) {
    throw new BadInputError(path, `is not a template that can be read: ${messageOf(cause)}`, { cause });
  }
};

const generationTag = /\{%(-?)\s*(end)?generation\s*(-?)%\}/;
/** Characters of the private use area, which no conversation has reason to hold. */
const [opening, closing] = ['\u{F0001}', '\u{F0002}'];

/** Prints a mark where generation begins and ends; the blocks around the marks keep the tags' control of blanks. */
const withMarks = (source: string): string =>
  source.replace(
    new RegExp(generationTag, 'g'),
    (_, left: string, end: string | undefined, right: string) =>
      `{%${left} if true %}${end ? closing : opening}{% endif ${right}%}`,
  );

const spansOf = (marked: string): { text: string; generated: Span[] } => {
  const generated: Span[] = [];
  let text = '';
  for (const part of marked.split(new RegExp(`(?=${opening}|${closing})`, 'u'))) {
    if (part.startsWith(opening)) generated.push({ start: text.length, end: text.length });
    const plain = part.replace(new RegExp(`^(${opening}|${closing})`, 'u'), '');
    if (part.startsWith(closing))
      generated.push({ start: generated.pop()?.start ?? text.length, end: text.length });
    text += plain;
  }
  return { text, generated };
};

/**
 * Transformers prints an object that is not passed through `tojson` as Python does, with single quotes. The renderer
 * here prints both alike, save that an undefined value becomes `null` in JSON alone: that tells them apart.
 */
const writesJson = (template: Template, tokens: Readonly<Record<string, string>>): boolean => {
  const call = {
    id: 'probe0000',
    type: 'function',
    function: { name: 'probe', arguments: { probe: undefined } },
  };
  const messages = [
    { role: 'user', content: 'probe' },
    { role: 'assistant', content: '', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'probe0000', content: 'probe' },
  ];
  const tools = [{ type: 'function', function: { name: 'probe', description: '', parameters: {} } }];
  try {
    return !/\bundefined\b/.test(
      template.render({ ...tokens, messages, tools, add_generation_prompt: false }),
    );
  } catch {
    // A template that refuses calls altogether is reported as such, example by example.
    return true;
  }
};

const parsedFile = async <T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return validated(schema, JSON.parse(text), path);
  } catch (thrown) {
    if (thrown instanceof BadInputError) throw thrown;
    throw new BadInputError(path, `is not valid JSON: ${messageOf(thrown)}`, { cause: thrown });
  }
};
