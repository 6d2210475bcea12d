import { JuxtaError } from '../../base/errors.ts';

/** TRL ended without a model. The message holds the end of its log. */
export class TrlFailedError extends JuxtaError {
  override readonly name = 'TrlFailedError';
  /** The last lines that it printed, progress bars left out. */
  readonly tail: readonly string[];
  readonly logFile: string;

  /** @param lines the end of what it printed */
  constructor(how: string, lines: readonly string[], logFile: string) {
    const tail = withoutLauncher(lines).slice(-TAIL);
    const shown = tail.length > 0 ? `\n${tail.map(line => `  ${line}`).join('\n')}` : '';
    const known = hints.find(([pattern]) => tail.some(line => pattern.test(line)));
    super('training-failed', `trl ${how}: ${reasonIn(tail)}${shown}`, {
      hint: known?.[1] ?? `The whole log is in ${logFile}.`,
    });
    this.tail = tail;
    this.logFile = logFile;
  }
}

const TAIL = 25;

/** The launcher that TRL runs its script with adds a traceback of its own, which says nothing. */
const withoutLauncher = (lines: readonly string[]): readonly string[] => {
  const start = lines.findLastIndex(line => line.startsWith('Traceback'));
  const end = lines.findLastIndex(line => line.includes('CalledProcessError'));
  return start > 0 && end > start ? [...lines.slice(0, start), ...lines.slice(end + 1)] : lines;
};

/** The line that says what went wrong: Python's last exception, else the last line. */
const reasonIn = (tail: readonly string[]): string =>
  tail.findLast(line => /^(\w+\.)*\w*(Error|Exception|Interrupt)\b/.test(line) || /: error: /.test(line)) ??
  tail.at(-1) ??
  'it printed nothing';

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /out of memory/i,
    'Lower max_length or per_device_train_batch_size, and raise gradient_accumulation_steps by as much.',
  ],
  [
    /No module named|need to have PEFT|bitsandbytes/,
    'Install what is missing beside TRL, for example trl[peft,quantization].',
  ],
  [
    /401 Client Error|gated repo|not a valid model identifier|couldn't connect to/i,
    'Check the name of the base model and the connection; for a gated one accept its licence and set HF_TOKEN.',
  ],
  [
    /unrecognized arguments|Unknown arguments|: error: argument/,
    'This version of TRL does not know a setting: take it out, or use the version that Juxta was tried with.',
  ],
  [
    /\{% ?generation ?%\}|assistant_only_loss|assistant_masks/,
    'The model’s chat template does not mark the assistant’s tokens: set assistant_only_loss to false, or give chat_template_path.',
  ],
];
