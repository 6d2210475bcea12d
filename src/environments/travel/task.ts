import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { Goal, Task } from '../environment.ts';
import type { Agenda } from './agenda.ts';

/** A table of a travel database: records in file order, and the union of their columns in order of appearance. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly JsonObject[];
}
/** Tables by domain: hotel, attraction, train, restaurant, and in ToolWOZ also taxi and hospital. */
export type Database = Readonly<Record<string, Table>>;

/** What reaches full reward in one domain (toolwoz.md, section 2). */
export interface DomainGoals {
  readonly domain: string;
  /** Search parameters in the order of the tool's parameters; blank ones are `''`. */
  readonly search?: Readonly<Record<string, Json>>;
  readonly book?: {
    readonly parameters: Readonly<Record<string, Json>>;
    readonly returns: JsonObject;
    /** Name (train: trainID) of what is to be booked. */
    readonly uniqueId: string;
  };
  /** What the user asks for first and is not to get; without effect under the reference's rules (D1). */
  readonly failure?: {
    readonly search?: Readonly<Record<string, Json>>;
    readonly book?: Readonly<Record<string, Json>>;
  };
}

export interface TravelTask extends Task {
  /** The user's wishes as data, for the rule-based simulator. */
  readonly agenda?: Agenda;
  readonly domains: readonly DomainGoals[];
  readonly database: Database;
  /** The human dialogue that the task was made from, user and agent in turns, if there is one. */
  readonly sourceDialogue?: readonly string[];
}

export interface TravelGoal extends Goal {
  readonly domain: string;
  readonly kind: 'search' | 'book';
  /** The item that a search must find or a booking must name, if the domain has a booking. */
  readonly uniqueId?: string;
}
