import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import type { Conformance } from '../../base/recordings.ts';
import { replaySearches } from '../../replay/josh/conformance.ts';
import { replayTau } from '../../replay/tau-bench/conformance.ts';
import { replayTau2 } from '../../replay/tau-bench/tau2.ts';
import { compareTasks, replayCalls } from '../../replay/toolwoz/conformance.ts';
import { replayRuns } from '../../replay/toolwoz/runs.ts';
import { whole } from '../options/options.ts';
import { perform, say } from '../terminal/terminal.ts';

const suites: Readonly<Record<string, (file: string) => Promise<Conformance>>> = {
  josh: replaySearches,
  toolwoz: replayCalls,
  'toolwoz-tasks': compareTasks,
  'toolwoz-runs': replayRuns,
  'tau-retail': file => replayTau('retail', file),
  'tau-airline': file => replayTau('airline', file),
  'tau2-retail': file => replayTau2('retail', file),
};

export const addConformance = (program: Command): void => {
  program
    .command('conformance')
    .description('replay golden records of the reference systems and compare')
    .argument('<suite>', `one of: ${Object.keys(suites).join(', ')}`)
    .argument('<file>', 'golden records (.jsonl.gz or .json.gz)')
    .addOption(new Option('--show <n>', 'mismatches to print').default(20).argParser(whole(0)))
    .addHelpText('after', '\nExample:\n  juxta conformance josh ../shared/data/toolwoz/golden_josh.jsonl.gz')
    .action((name: string, file: string, { show }: { show: number }) =>
      perform(async () => {
        const suite = suites[name];
        if (!suite)
          throw new JuxtaError('unknown-suite', `there is no conformance suite ${JSON.stringify(name)}`, {
            hint: `choose one of: ${Object.keys(suites).join(', ')}`,
          });
        const { matched, mismatches } = await suite(file);
        for (const mismatch of mismatches.slice(0, show)) say(mismatch);
        if (mismatches.length > show) say(`… and ${mismatches.length - show} more`);
        say(`${matched} matched, ${mismatches.length} mismatched`);
        if (mismatches.length > 0) process.exitCode = 1;
      }),
    );
};
