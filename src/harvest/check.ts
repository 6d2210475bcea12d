/**
 * What a model's own chat template makes of the examples: what it would lose, bend or refuse. Trainers render with
 * that template and say nothing of what did not come through.
 */

import type { Example, Kind, Source } from './examples.ts';
import { checkExample, type ExamineOptions, type Finding, type Problem, problems } from './findings.ts';
import { loadChatTemplate } from './formats/chat-template.ts';

export interface CheckedExample {
  /** Number of the example, from 0. */
  readonly index: number;
  readonly kind: Kind;
  readonly source?: Source;
  /** Tokens of its longest rendering, if the tokenizer is there. */
  readonly tokens?: number;
  readonly findings: readonly Finding[];
}

export interface TemplateReport {
  readonly examples: number;
  /** Examples without a finding. */
  readonly clean: number;
  readonly longest: number;
  readonly contextLength?: number;
  /** In how many examples each problem was found. */
  readonly problems: Readonly<Record<Problem, number>>;
  /** The first examples with findings. */
  readonly worst: readonly CheckedExample[];
}

export interface CheckOptions extends ExamineOptions {
  /** How many examples with findings the report lists (default 20). */
  readonly list?: number;
  /** Called with each example. */
  readonly onExample?: (checked: CheckedExample) => void;
}

/** Looks at examples as they go by. */
export interface TemplateCheck {
  add(example: Example): void;
  /** On all that were added so far. */
  report(): TemplateReport;
}

/**
 * Renders every example with the chat template in a model's folder and reports what is lost or changed. What fits the
 * context is, unless given, what the tokenizer or the model's configuration says.
 * @throws BadInputError if the folder has no readable template
 */
export const templateCheck = async (
  tokenizerFolder: string,
  options: CheckOptions = {},
): Promise<TemplateCheck> => {
  const template = await loadChatTemplate(tokenizerFolder);
  const contextLength = options.contextLength ?? template.contextLength;
  const counts = Object.fromEntries(problems.map(problem => [problem, 0])) as Record<Problem, number>;
  const worst: CheckedExample[] = [];
  let index = 0;
  let clean = 0;
  let longest = 0;
  return {
    add: example => {
      const { tokens, findings } = checkExample(example, template, {
        ...options,
        ...(contextLength !== undefined && { contextLength }),
      });
      const checked: CheckedExample = {
        index: index++,
        kind: example.kind,
        ...(example.source && { source: example.source }),
        ...(tokens !== undefined && { tokens }),
        findings,
      };
      longest = Math.max(longest, tokens ?? 0);
      for (const problem of new Set(findings.map(finding => finding.problem))) counts[problem]++;
      if (findings.length === 0) clean++;
      else if (worst.length < (options.list ?? 20)) worst.push(checked);
      options.onExample?.(checked);
    },
    report: () => ({
      examples: index,
      clean,
      longest,
      ...(contextLength !== undefined && { contextLength }),
      problems: counts,
      worst,
    }),
  };
};
