/** The search policies that there are, one line each. */
import { JuxtaError } from '../base/errors.ts';
import { joshPolicy } from './josh/policy.ts';

export const policies = { josh: joshPolicy };

/** @throws JuxtaError `unknown-policy` */
export const policyNamed = (name: string): (typeof policies)[keyof typeof policies] => {
  if (Object.hasOwn(policies, name)) return policies[name as keyof typeof policies];
  throw new JuxtaError('unknown-policy', `there is no search policy ${JSON.stringify(name)}`, {
    hint: `choose one of: ${Object.keys(policies).join(', ')}`,
  });
};
