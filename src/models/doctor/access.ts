/** Whether anybody is there, whether the key and the model's name are right, and how long the context is. */
import { z } from 'zod';
import { messageOf } from '../../base/errors.ts';
import { RequestFault } from '../fault.ts';
import { networkKind } from '../provider/classify.ts';
import { readRefusal } from '../provider/refusal.ts';
import { plainWords } from '../provider/server-words.ts';
import { type Finding, finding } from './finding.ts';
import type { Patient, RawAnswer } from './patient.ts';

const listed = z.looseObject({
  id: z.string(),
  max_model_len: z.number().optional().catch(undefined),
  context_length: z.number().optional().catch(undefined),
  context_window: z.number().optional().catch(undefined),
  max_context_length: z.number().optional().catch(undefined),
  meta: z
    .looseObject({ n_ctx: z.number().optional().catch(undefined) })
    .nullish()
    .catch(null),
});
const modelList = z.object({ data: z.array(listed) });
type Listed = z.infer<typeof listed>;

/** Names that are shown of a list that lacks the model. */
const MOST_NAMES = 8;

export const access = async (patient: Patient): Promise<readonly Finding[]> => {
  const list = patient.raw ? await listOf(patient) : [];
  if (list.some(({ verdict }) => verdict === 'failed')) return list;
  const said = await firstWords(patient);
  const failed = said.some(({ verdict }) => verdict === 'failed');
  const context = patient.raw && !failed ? await contextLength(patient, list) : [];
  return [...list, ...said, ...context];
};

/** Asks for the list of models, which costs nothing. */
const listOf = async (patient: Patient): Promise<readonly Finding[]> => {
  try {
    const { status, text } = await modelsOf(patient);
    const reached = finding('reachable', 'yes', `it answers (status ${status})`);
    const list = modelList.safeParse(status === 200 ? jsonOf(text) : undefined);
    if (!list.success)
      return [reached, finding('models', 'unknown', `it gives no list of models (${status})`)];
    const models = list.data.data;
    const own = models.find(({ id }) => id === patient.model);
    const names = models.slice(0, MOST_NAMES).map(({ id }) => id);
    const length = own && lengthIn(own);
    return [
      reached,
      own
        ? finding('models', 'yes', `${patient.model} is one of ${models.length}`)
        : finding('models', 'no', `${patient.model} is not in its list: ${names.join(', ') || 'empty'}`),
      ...(length ? [finding('context length', 'yes', `${length} tokens`, { value: length })] : []),
    ];
  } catch (thrown) {
    const kind = networkKind(thrown) ?? 'unreachable';
    const words = `${kind}: ${plainWords(causeOf(thrown))}`;
    return [
      kind === 'unreachable' ? finding('reachable', 'failed', words) : finding('models', 'unknown', words),
    ];
  }
};

/** Small servers may read every request's body as JSON and fall over one that is empty; others refuse any body here. */
const modelsOf = async (patient: Patient): Promise<RawAnswer> => {
  const answer = await patient.raw!('GET', '/models', {});
  return answer.status >= 400 && answer.status < 500 ? patient.raw!('GET', '/models') : answer;
};

const causeOf = (thrown: unknown): string =>
  thrown instanceof AggregateError ? messageOf(thrown.errors[0]) : messageOf(thrown);

const lengthIn = (model: Listed): number | undefined =>
  [
    model.max_model_len,
    model.context_length,
    model.context_window,
    model.max_context_length,
    model.meta?.n_ctx,
  ].find(length => length !== undefined && length > 0);

/** The first completion: what it fails of is what a run would fail of. */
const firstWords = async (patient: Patient): Promise<readonly Finding[]> => {
  const key = patient.hasKey ? 'the key is taken' : 'no key is needed';
  try {
    const [completion] = await patient.ask({});
    const text = completion?.text?.trim();
    return [
      finding('key', 'yes', key),
      text || completion?.reasoning
        ? finding('completions', 'yes', `it says: ${plainWords(text ?? '').slice(0, 60)}`)
        : finding('completions', 'limited', 'its first reply was empty'),
    ];
  } catch (thrown) {
    if (!(thrown instanceof RequestFault)) throw thrown;
    const advice = thrown.advice ? `; ${thrown.advice}` : '';
    const aboutKey = thrown.status === 401 || thrown.status === 403;
    return [finding(aboutKey ? 'key' : 'completions', 'failed', `${thrown.said}${advice}`)];
  }
};

const LENGTH = /(?:context|maximum|max_model_len|n_ctx)[^\d]{0,80}?(\d[\d,]{2,})/i;
const ABSURD = 100_000_000;

/** More tokens than any model has room for: the refusal of strict servers tells how many there are. */
const contextLength = async (patient: Patient, known: readonly Finding[]): Promise<readonly Finding[]> => {
  if (known.some(({ name }) => name === 'context length')) return [];
  const messages = [{ role: 'user', content: 'Say hello.' }];
  const { status, text } = await patient.raw!('POST', '/chat/completions', {
    model: patient.model,
    messages,
    max_tokens: ABSURD,
  });
  const number = status >= 400 ? LENGTH.exec(readRefusal(text).message)?.[1]?.replaceAll(',', '') : undefined;
  const length = Number(number);
  if (!length || length >= ABSURD)
    return [finding('context length', 'unknown', 'neither its list nor a refusal tells it')];
  return [finding('context length', 'yes', `${length} tokens`, { value: length })];
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
