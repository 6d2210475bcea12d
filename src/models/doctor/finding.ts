import type { Json } from '../../dialogue/json.ts';

/** What a probe found out about an endpoint. */
export interface Finding {
  readonly name: string;
  /** `limited`: with a restriction that `says` tells. `failed`: nothing works without it. */
  readonly verdict: 'yes' | 'no' | 'limited' | 'unknown' | 'failed';
  readonly says: string;
  /** Options of the command line that follow from it. */
  readonly options?: readonly string[];
  /** Figures, for programs. */
  readonly value?: Json;
}

export const finding = (
  name: string,
  verdict: Finding['verdict'],
  says: string,
  more: Pick<Finding, 'options' | 'value'> = {},
): Finding => ({ name, verdict, says, ...more });
