/** Users that fit any environment, one line each. Those that share a language with an agent are in `players/`. */
import type { Model } from '../models/model.ts';
import type { User } from './user.ts';

export interface UserSettings {
  /** Plays the user; of one that needs none, it is never asked. */
  readonly model: Model;
  readonly protocol: 'default' | 'reference';
  /** Default: the simulator's own. */
  readonly temperature?: number;
  /** Most tokens of a line (default: the simulator's own). */
  readonly maxTokens?: number;
  /** What ends a conversation when the user says it (default: the simulator's own). */
  readonly stops?: readonly string[];
  /** Called with the kind of every sample of the user that could not be used. */
  readonly onFault: (kind: string) => void;
}

/**
 * What makes a user: a line of the registry, or the default export of a module that `--user ./mine.ts` names.
 * @example
 * const mine: UserDefinition = { name: 'mine', kind: 'script', create: async () => myUser };
 */
export interface UserDefinition {
  readonly name: string;
  /** Who speaks: a model, a script, or a person at this process's terminal. */
  readonly kind: 'model' | 'script' | 'person';
  /** Loads what it is made of only now: whoever asks for names needs none of it. */
  create(settings: UserSettings): Promise<User>;
}

export const generalUsers: readonly UserDefinition[] = [
  {
    name: 'script',
    kind: 'script',
    create: async () => (await import('./script/script.ts')).scriptUser() as User,
  },
  {
    name: 'human',
    kind: 'person',
    create: async () => (await import('./human/human.ts')).humanUser() as User,
  },
  {
    name: 'goal',
    kind: 'model',
    create: async settings => (await import('./goal/goal.ts')).goalUser(settings) as User,
  },
  {
    name: 'guide',
    kind: 'model',
    create: async settings => (await import('./guide/guide.ts')).guideUser(settings) as User,
  },
];
