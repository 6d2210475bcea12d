import { Refusal, refuse, type TauTool } from '../tools/tool.ts';

/** A tool of the first version whose own refusals begin with a capital letter, as τ²-bench's do. */
export const capitalised = (tool: TauTool): TauTool => ({
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
