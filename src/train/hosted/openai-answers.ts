/** What OpenAI's fine-tuning API answers, as far as it is read here. */
import { z } from 'zod';
import type { Job, JobEvent } from './service.ts';

export const fileAnswer = z.object({
  id: z.string(),
  status: z.string().nullish(),
  status_details: z.unknown().optional(),
});
export const jobAnswer = z.object({
  id: z.string(),
  status: z.string(),
  fine_tuned_model: z.string().nullish(),
  training_file: z.string().nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});
export const eventsAnswer = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      message: z.string(),
      data: z
        .object({ step: z.number(), total_steps: z.number(), train_loss: z.number() })
        .partial()
        .nullish()
        .catch(null),
    }),
  ),
  has_more: z.boolean().optional(),
});
export const jobsAnswer = z.object({ data: z.array(jobAnswer), has_more: z.boolean().optional() });

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

export const jobOf = (answer: z.infer<typeof jobAnswer>): Job => {
  const { id, status, error } = answer;
  return {
    id,
    status,
    state: ends.has(status) ? (status as Job['state']) : 'running',
    ...(answer.fine_tuned_model && { model: answer.fine_tuned_model }),
    ...(answer.training_file && { file: answer.training_file }),
    ...(error?.message && { error: error.code ? `${error.message} (${error.code})` : error.message }),
  };
};

/** Figures come as data or, in older events, in the message alone: `Step 10/90: training loss=0.52`. */
export const eventOf = ({ id, message, data }: z.infer<typeof eventsAnswer>['data'][number]): JobEvent => {
  const said = /^Step (\d+)(?:\/(\d+))?: training loss=([\d.]+)/.exec(message);
  const step = data?.step ?? (said?.[1] === undefined ? undefined : Number(said[1]));
  const steps = data?.total_steps ?? (said?.[2] === undefined ? undefined : Number(said[2]));
  const loss = data?.train_loss ?? (said?.[3] === undefined ? undefined : Number(said[3]));
  return {
    id,
    message,
    ...(step !== undefined && { step }),
    ...(steps !== undefined && { steps }),
    ...(loss !== undefined && { loss }),
  };
};
