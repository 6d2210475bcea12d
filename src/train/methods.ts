/** The methods of training, one entry each: whatever depends on one reads it here. */
import { JuxtaError } from '../base/errors.ts';
import type { Kind } from '../harvest/examples.ts';

interface Facts {
  /** The examples that it learns from: `juxta export` writes them in the format `trl-KIND`. */
  readonly examples: Kind;
  /** It compares with a reference model, so that `--beta` says how strongly to hold to it. */
  readonly compares: boolean;
  /** Its examples carry a label, good or bad. Each batch should have both, so their order has to be random. */
  readonly labelled: boolean;
  /** A single conversation teaches it; the others need siblings that went differently. */
  readonly imitates: boolean;
}

const facts = {
  sft: { examples: 'sft', compares: false, labelled: false, imitates: true },
  kto: { examples: 'kto', compares: true, labelled: true, imitates: false },
  dpo: { examples: 'dpo', compares: true, labelled: false, imitates: false },
} as const satisfies Readonly<Record<string, Facts>>;

export type Method = keyof typeof facts;

export const methodNames = Object.keys(facts) as readonly Method[];

export const factsOf = (method: Method): Facts => facts[method];

/** The export format whose files a method is trained on. */
export const formatFor = (method: Method): `trl-${Kind}` => `trl-${facts[method].examples}`;

/** What a harvest makes an agent learn from, if nobody says how. */
export const defaultSequence = 'sft+dpo';

/** @example parseMethods('sft+dpo') // ['sft', 'dpo'] @throws JuxtaError `unknown-method` */
export const parseMethods = (text: string): readonly Method[] => {
  const hint = `use ${methodNames.join(', ')}, or a sequence such as ${defaultSequence}`;
  const sequence = text.split('+').map(name => {
    const method = methodNames.find(known => known === name.trim());
    if (method) return method;
    throw new JuxtaError('unknown-method', `there is no training method ${JSON.stringify(name)}`, { hint });
  });
  if (new Set(sequence).size < sequence.length)
    throw new JuxtaError('unknown-method', `${text} names a method twice`, { hint });
  return sequence;
};
