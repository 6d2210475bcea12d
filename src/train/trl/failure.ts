import { JuxtaError } from '../../base/errors.ts';
import type { Ended } from './process.ts';

/** What Python raised. @example { type: 'torch.OutOfMemoryError', message: 'CUDA out of memory. Tried …' } */
export interface PythonError {
  readonly type: string;
  readonly message: string;
}

/** TRL ended without a model. The message holds the end of its log. */
export class TrlFailedError extends JuxtaError {
  override readonly name = 'TrlFailedError';
  /** The last lines that it printed. */
  readonly tail: readonly string[];
  readonly logFile: string;

  /** @param raised absent if Python ended without saying why: what it printed has to do then */
  constructor(ended: Ended, logFile: string, raised?: PythonError) {
    const tail = withoutLauncher(ended.tail).slice(-TAIL);
    const shown = tail.length > 0 ? `\n${tail.map(line => `  ${line}`).join('\n')}` : '';
    const said = raised ? [`${raised.type}: ${raised.message}`, ...tail] : ended.tail;
    const known = hints.find(([pattern]) => said.some(line => pattern.test(line)));
    super('training-failed', `trl ${howEnded(ended)}: ${raised ? inWords(raised) : reasonIn(tail)}${shown}`, {
      hint: known?.[1] ?? `The whole log is in ${logFile}.`,
      permanent: known ? known[2] === 'permanent' : raised !== undefined && isMistake(raised),
    });
    this.tail = tail;
    this.logFile = logFile;
  }
}

const TAIL = 25;

/** The launcher ends by itself, with a code, if what it has started was killed. */
const howEnded = ({ code, signal, tail }: Ended): string => {
  const killed = tail
    .map(line => /died with <Signals\.(\w+)/.exec(line)?.[1])
    .find(name => name !== undefined);
  return (signal ?? killed) ? `was ended by ${signal ?? killed}` : `ended with code ${code}`;
};

/** What Python raises of a program or its data, not of the machine. */
const isMistake = ({ type }: PythonError): boolean =>
  /^builtins\.(Value|Type|Key|Attribute|Index|Assertion|NotImplemented)Error$/.test(type);

const inWords = ({ type, message }: PythonError): string => `${type.replace(/^builtins\./, '')}: ${message}`;

/** The launcher that runs the training adds a traceback of its own, which says nothing. */
const withoutLauncher = (lines: readonly string[]): readonly string[] => {
  const start = lines.findLastIndex(line => line.startsWith('Traceback'));
  const end = lines.findLastIndex(line => line.includes('CalledProcessError'));
  return start > 0 && end > start ? [...lines.slice(0, start), ...lines.slice(end + 1)] : lines;
};

/** The line that says what went wrong: Python's last exception, else the last line. */
const reasonIn = (tail: readonly string[]): string =>
  tail.findLast(line => /^(\w+\.)*\w*(Error|Exception|Interrupt)\b/.test(line)) ??
  tail.at(-1) ??
  'it printed nothing';

/** What helps, and whether the same training can go on after it. */
const hints: readonly (readonly [RegExp, string, 'permanent' | 'passing'])[] = [
  [
    /out of memory/i,
    'Lower max_length or per_device_train_batch_size, and raise gradient_accumulation_steps by as much.',
    'permanent',
  ],
  [
    /SIGKILL|died with/,
    'It was killed from outside, as the system does when memory runs out: lower per_device_train_batch_size or max_length.',
    'passing',
  ],
  [
    /No module named|need to have PEFT|bitsandbytes/,
    'Install what is missing beside TRL, for example trl[peft,quantization].',
    'passing',
  ],
  [
    /401 Client Error|gated repo|not a valid model identifier|couldn't connect to/i,
    'Check the name of the base model and the connection; for a gated one accept its licence and set HF_TOKEN.',
    'passing',
  ],
  [
    /keys are not used by the HfArgumentParser|unexpected keyword argument/,
    'This version of TRL does not know a setting: take it out, or use the version that Juxta was tried with.',
    'permanent',
  ],
  [
    /\{% ?generation ?%\}|assistant_only_loss|assistant_masks/,
    'The model’s chat template does not mark the assistant’s tokens: set assistant_only_loss to false, or give chat_template_path.',
    'permanent',
  ],
];
