/**
 * How fast rollouts with remote models are, and how few calls they need:
 *
 *     node bench/rollout.ts wall --latency 200               20 tasks over HTTP, nothing capped
 *     node bench/rollout.ts wall --latency 200 --in-flight 20
 *     node bench/rollout.ts wall --latency 200 --in-flight 200 --tasks 1000
 *     node bench/rollout.ts own --tasks 2000                 our own CPU per agent step, without HTTP and SDK
 *     node bench/rollout.ts calls --beam 8                   calls per golden path
 *     node bench/rollout.ts faults --latency 20              every kind of fault, 5 % each
 *
 * A scripted endpoint plays ToolWOZ's agent and user with the probabilities of the reference's measurements
 * (`reference_speed.json`), in a process of its own. Everything else is what `juxta rollout` does: HTTP, SDK, store.
 */
import { Argument, Option } from 'commander';
import { defaultSearch } from '../src/search/josh/josh.ts';
import { commandLine } from './command-line.ts';
import { whole } from './numbers.ts';
import { calls } from './rollout/calls.ts';
import { faults } from './rollout/faults.ts';
import { own } from './rollout/own.ts';
import { wall } from './rollout/wall.ts';

interface Options {
  readonly tasks: number;
  readonly latency: number;
  readonly inFlight?: number;
  readonly beam: number;
  readonly eager: boolean;
}
const measures = { wall, own, calls, faults };
const line = commandLine(import.meta.filename)
  .addArgument(new Argument('<measure>', 'what is measured').choices(Object.keys(measures)))
  .addOption(new Option('--tasks <n>', 'first tasks of ToolWOZ val').default(20).argParser(whole(1)))
  .addOption(new Option('--latency <ms>', "the endpoint's").default(200).argParser(whole(0)))
  .addOption(new Option('--in-flight <n>', 'cap on requests at once (default: none)').argParser(whole(1)))
  .addOption(new Option('--beam <n>', 'most live leaves of a tree').default(8).argParser(whole(1)))
  .option('--eager', 'ask for nothing that cannot matter any more', false)
  .parse();
const { tasks, latency: latencyMs, inFlight: cap, beam, eager } = line.opts<Options>();
const search = { ...defaultSearch, beam, eager };

await measures[line.args[0] as keyof typeof measures]({ tasks, latencyMs, cap, search });
