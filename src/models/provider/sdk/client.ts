/** Models of the AI SDK, over its lowest layer (`doGenerate`): no hidden retries, no hidden steps. */
import { APICallError, type LanguageModelV4CallOptions, LoadAPIKeyError } from '@ai-sdk/provider';
import { z } from 'zod';
import { messageOf } from '../../../base/errors.ts';
import { RequestFault } from '../../fault.ts';
import { type SampleRequest, seedsOf } from '../../layers/samples.ts';
import { createCapabilities } from '../chat/capabilities.ts';
import { type ChatClient, MOST_LESSONS, SEED_BITS } from '../chat/client.ts';
import { faultOf } from '../classify.ts';
import { readRefusal } from '../refusal.ts';
import { plainWords } from '../server-words.ts';
import type { SdkModel } from './configured.ts';
import { toPrompt, toTools } from './prompt.ts';
import { readResult, toCompletion } from './result.ts';

export interface SdkClientOptions {
  /** The model's name in reports. */
  readonly spec: string;
  readonly key: string | undefined;
  /** Asked once, before the first request. */
  readonly model: () => Promise<SdkModel>;
  /** Whether a seed is sent until it is refused. */
  readonly seeds: boolean;
  /** Called once for each thing that the model turns out not to take. */
  readonly tell: (text: string) => void;
}

/** @example const ask = createSdkClient({ spec: 'groq:llama', model: () => installedModel('groq', 'llama', …), … }) */
export const createSdkClient = (options: SdkClientOptions): ChatClient => {
  const { spec, key, tell } = options;
  const capabilities = createCapabilities(tell);
  return async (request, signal) => {
    const model = await options.model();
    for (let lesson = 0; ; lesson++) {
      const settings = capabilities.adapt(settingsOf(request, options.seeds));
      const call = { ...callOf(request, settings), abortSignal: signal };
      try {
        const result = readResult(await model.doGenerate(call as never), spec);
        capabilities.accepted(settings);
        for (const warning of result.warnings) tell(warningText(warning));
        return [toCompletion(result, spec)];
      } catch (thrown) {
        if (LoadAPIKeyError.isInstance(thrown)) throw missingKey(thrown, spec);
        if (lesson >= MOST_LESSONS || !teaches(thrown, settings, capabilities.learn)) throw thrown;
      }
    }

    function teaches(
      thrown: unknown,
      sent: Record<string, unknown>,
      learn: ReturnType<typeof createCapabilities>['learn'],
    ): boolean {
      if (!APICallError.isInstance(thrown) || ![400, 422].includes(thrown.statusCode ?? 0)) return false;
      if (faultOf(thrown, spec, key).kind !== 'refused') return false;
      return learn(readRefusal(thrown.responseBody || thrown.message), sent);
    }
  };
};

/** What a model may refuse, by the name that refusals use. */
const settingsOf = (request: SampleRequest, seeds: boolean): Record<string, unknown> => ({
  temperature: request.temperature,
  ...(seeds && { seed: seedsOf(request)[0]! & SEED_BITS }),
  messages: [],
});

const callOf = (
  request: SampleRequest,
  { temperature, seed }: Record<string, unknown>,
): LanguageModelV4CallOptions => ({
  prompt: toPrompt(request.messages),
  ...(request.tools.length > 0 && { tools: toTools(request.tools) }),
  ...(typeof temperature === 'number' && { temperature }),
  ...(typeof seed === 'number' && { seed }),
  maxOutputTokens: request.maxTokens,
});

/** The package's own words name the variable that it looks for. */
const missingKey = (thrown: Error, spec: string): RequestFault => {
  const said = plainWords(messageOf(thrown));
  return new RequestFault('refused', `${spec}: ${said}`, {
    status: 401,
    said,
    advice: 'set the variable that it names in the environment, or in a .env file in this folder',
  });
};

/** Of all versions: a setting or feature that is not supported, or words. */
const warningSchema = z.looseObject({
  feature: z.string().optional(),
  setting: z.string().optional(),
  details: z.string().nullish(),
  message: z.string().optional(),
});

/** @example warningText({ type: 'unsupported', feature: 'temperature', details: '…' }) // 'it takes no temperature: …' */
const warningText = (value: unknown): string => {
  const warning = warningSchema.safeParse(value);
  if (!warning.success) return plainWords(JSON.stringify(value) ?? '');
  const { feature, setting, details, message } = warning.data;
  const name = feature ?? setting;
  if (name === undefined) return plainWords(message ?? details ?? JSON.stringify(value));
  return plainWords(`it takes no ${name}${details ? `: ${details}` : ''}`);
};
