import { Refusal, refuse, type TauTool } from '../tools/tool.ts';

/** A tool whose refusals begin with a capital letter, also where the first version words them. */
const capitalised = (tool: TauTool): TauTool => ({
  ...tool,
  run: (data, ...args) => {
    try {
      return tool.run(data, ...args);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return refuse(thrown.message.slice(0, 1).toUpperCase() + thrown.message.slice(1));
    }
  },
});

/** Tools as τ²-bench has them: in the order of their names, and each refusal with a capital letter. */
export const listed = (tools: readonly TauTool[]): readonly TauTool[] =>
  tools.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(capitalised);
