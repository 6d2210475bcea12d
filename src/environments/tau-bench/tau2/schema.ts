/** Short hand for what a model is told of a tool. τ²-bench's own wording is in its code, so ours is in our words. */
import type { Json, JsonObject } from '../../../dialogue/json.ts';
import type { Tool } from '../../environment.ts';
import type { TauTool } from '../tools/tool.ts';

type Parameter = JsonObject;

export const string = (description: string): Parameter => ({ type: 'string', description });
export const integer = (description: string): Parameter => ({ type: 'integer', description });
export const number = (description: string): Parameter => ({ type: 'number', description });
export const choice = (description: string, ...choices: readonly string[]): Parameter => ({
  type: 'string',
  enum: choices,
  description,
});
export const listOf = (items: Parameter, description: string): Parameter => ({
  type: 'array',
  items,
  description,
});
export const record = (properties: Readonly<Record<string, Parameter>>): Parameter => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

export interface Description {
  readonly does: string;
  readonly takes?: Readonly<Record<string, Parameter>>;
}

/** A description for every tool. @throws Error if one has none, or describes other parameters than the tool has */
export const schemasFor = (
  tools: readonly TauTool[],
  descriptions: Readonly<Record<string, Description>>,
): readonly Tool[] =>
  tools.map(({ name, mutating, parameters }) => {
    const { does, takes = {} } = descriptions[name]!;
    if (Object.keys(takes).join() !== parameters.join()) throw new Error(`${name} is described wrongly`);
    return { name, description: does, parameters: record(takes) as Record<string, Json>, mutating };
  });

export const common: Readonly<Record<string, Description>> = {
  calculate: {
    does: 'Works out an arithmetic expression.',
    takes: { expression: string("Numbers, + - * /, parentheses and spaces, such as '2 + 2'.") },
  },
  transfer_to_human_agents: {
    does: 'Hands the user over to a human agent: only if the user asks for one, or if policy and tools cannot solve the issue.',
    takes: { summary: string("What the user's issue is.") },
  },
};
