import { JuxtaError } from '../../base/errors.ts';
import { type Random, random } from '../../base/random.ts';
import type { Environment } from '../environment.ts';
import { type TravelState, travelEnvironment } from '../travel/environment.ts';
import type { RulesName, TravelRules } from '../travel/rules.ts';
import type { TravelGoal, TravelTask } from '../travel/task.ts';
import { instructionsOf } from './instructions.ts';
import { type Level, PROFILES, type Profile } from './level.ts';
import { namer } from './names.ts';
import { buildTown, DOMAINS, type Domain } from './town.ts';
import { drawWish } from './wishes.ts';
import { SPLITS, type Split } from './words.ts';

export interface HamletOptions {
  /** Another seed is another world: other tasks in every split. The words of a split stay its own. */
  readonly seed?: number;
  readonly level?: Level;
  /**
   * A domain that the tasks of `pretrain`, `train`, `gate` and `test` do not have; every task of the split
   * `left-out`, which exists only then, has it.
   */
  readonly leftOut?: string;
  readonly rules?: RulesName | Partial<TravelRules>;
}

const DEFAULT_COUNT = 200;

/**
 * Hamlet: endless travel tasks in invented towns, for learning and testing offline. Each task has a small town of
 * its own, made from (seed, level, split, index) when it is asked for; no two splits share a name. Rules and tools
 * are ToolWOZ's.
 *
 * @example
 * const hamlet = openHamlet({ seed: 1 });
 * const [task] = hamlet.tasks('train', { start: 1000, count: 1 }); // builds one town
 * @throws JuxtaError `unknown-domain` if there is no such domain to leave out
 */
export const openHamlet = (options: HamletOptions = {}): Environment<TravelTask, TravelState, TravelGoal> => {
  const { seed = 0, level = 2, leftOut, rules } = options;
  if (leftOut !== undefined && !DOMAINS.some(domain => domain === leftOut)) {
    throw new JuxtaError('unknown-domain', `Hamlet has no domain ${leftOut} to leave out`, {
      hint: `Its domains are ${DOMAINS.join(', ')}.`,
    });
  }
  return travelEnvironment({
    name: 'hamlet',
    splits: leftOut ? SPLITS : SPLITS.filter(split => split !== 'left-out'),
    tasks: (split, { start = 0, count = DEFAULT_COUNT }) =>
      Array.from({ length: count }, (_, i) => buildTask(seed, level, leftOut, split as Split, start + i)),
    ...(rules && { rules }),
  });
};

const buildTask = (
  seed: number,
  level: Level,
  leftOut: string | undefined,
  split: Split,
  index: number,
): TravelTask => {
  const draws = random(seed, 'hamlet', level, leftOut ?? '', split, index);
  const profile = PROFILES[level];
  const domains = drawDomains(
    profile,
    draws,
    set => !leftOut || set.some(one => one === leftOut) === (split === 'left-out'),
  );
  const names = namer(split, draws);
  const town = buildTown(names, draws, domains);
  const wishes = domains.map(domain => drawWish(domain, town, names, draws, profile));
  const topics = wishes.map(wish => wish.topic);
  return {
    id: `hamlet-${level}-${split}-${seed}-${index}`,
    type: [...domains].sort().join('+'),
    instructions: instructionsOf(town.name, topics),
    agenda: { topics },
    domains: DOMAINS.flatMap(domain =>
      wishes.filter(wish => wish.goals.domain === domain).map(wish => wish.goals),
    ),
    database: town.database,
  };
};

/** Domains in the order in which the user raises them. */
const drawDomains = (
  profile: Profile,
  draws: Random,
  fits: (domains: readonly Domain[]) => boolean,
): readonly Domain[] => {
  const sets = profile.domains.filter(([, ...domains]) => fits(domains));
  let rest = draws.next() * sets.reduce((sum, [weight]) => sum + weight, 0);
  const chosen = sets.find(([weight]) => {
    rest -= weight;
    return rest < 0;
  });
  const [, ...domains] = chosen ?? sets[0]!;
  return draws.shuffle(domains);
};
