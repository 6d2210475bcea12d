/** `juxta doctor`: what an endpoint can do, and with which options it is best used. */
import type { Usage } from '../../dialogue/turn.ts';
import { RequestFault } from '../fault.ts';
import type { ProviderOptions } from '../provider/provider.ts';
import { access } from './access.ts';
import { type Finding, finding } from './finding.ts';
import { concurrency, prefixCache } from './load.ts';
import { admit, type Patient } from './patient.ts';
import { sampling } from './sampling.ts';
import { toolUse } from './tools.ts';

export interface Diagnosis {
  readonly model: string;
  /** `limited`: with the options given, or with what is told. */
  readonly verdict: 'ready' | 'limited' | 'unusable';
  readonly says: string;
  readonly findings: readonly Finding[];
  /** What it does not take, as learnt from its refusals. */
  readonly refuses: readonly string[];
  /** For the command line: the model and what follows from the findings. */
  readonly options: readonly string[];
  readonly requests: number;
  readonly usage: Usage;
}

export interface DoctorOptions extends Pick<ProviderOptions, 'environment' | 'timeoutMs'> {
  /** Most requests at once that are tried (default 16). */
  readonly mostAtOnce?: number;
  readonly onFinding?: (finding: Finding) => void;
  /** A clock in ms. */
  readonly now?: () => number;
}

/**
 * Asks an endpoint about forty short requests, one after another but for the load at the end.
 *
 * @example const { verdict, options } = await examine('http://localhost:8000/v1#llama');
 * @throws BadInputError for a name that cannot be read; JuxtaError `missing-key`
 */
export const examine = async (spec: string, options: DoctorOptions = {}): Promise<Diagnosis> => {
  const { mostAtOnce = 16, onFinding, now = () => performance.now() } = options;
  const patient = admit(spec, options);
  const findings: Finding[] = [];
  const probes: readonly (readonly [name: string, probe: () => Promise<readonly Finding[]>])[] = [
    ['access', () => access(patient)],
    ['sampling', () => sampling(patient)],
    ['tools', () => toolUse(patient)],
    ['concurrency', () => concurrency(patient, mostAtOnce, now)],
    ['prefix caching', () => prefixCache(patient, now)],
  ];
  for (const [name, probe] of probes) {
    const found = await probe().catch((thrown: unknown) => {
      if (thrown instanceof RequestFault) return [finding(name, 'unknown', thrown.said)];
      throw thrown;
    });
    for (const each of found) onFinding?.(each);
    findings.push(...found);
    if (found.some(({ verdict }) => verdict === 'failed')) break;
  }
  return diagnosis(spec, patient, findings);
};

const diagnosis = (spec: string, patient: Patient, findings: readonly Finding[]): Diagnosis => {
  const failed = findings.find(({ verdict }) => verdict === 'failed');
  const options = [...new Set(findings.flatMap(each => each.options ?? []))];
  const refuses = patient.warnings();
  const told = { model: spec, findings, refuses, ...patient.taken() };
  if (failed) return { ...told, verdict: 'unusable', says: `${failed.name}: ${failed.says}`, options: [] };
  const tools = findings.find(({ name }) => name === 'tools');
  const withoutTools = tools && tools.verdict !== 'yes';
  return {
    ...told,
    verdict: withoutTools || options.length > 0 ? 'limited' : 'ready',
    says: withoutTools
      ? `agents that call tools need the options below, or write their calls themselves (--agent react)`
      : options.length > 0
        ? 'it can be used, best with the options below'
        : 'it can be used as it is',
    options: [`--model ${spec}`, ...options],
  };
};
