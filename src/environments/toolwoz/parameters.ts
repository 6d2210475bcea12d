import type { Json } from '../../dialogue/json.ts';
import { allowedParameters } from '../travel/tools.ts';
import type { Values } from '../travel/values.ts';

/** The parameters of an API in its order, each from the first source that has it, else blank. */
export const parametersFrom = (api: string, ...sources: readonly Values[]): Values =>
  Object.fromEntries(
    allowedParameters
      .get(api)!
      .map((name): [string, Json] => [
        name,
        sources.find(source => Object.hasOwn(source, name))?.[name] ?? '',
      ]),
  );
