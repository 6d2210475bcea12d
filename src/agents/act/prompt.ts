import type { Tool } from '../../environments/environment.ts';

/** The system prompt of an act agent: its policy, its tools, and the form of its replies. */
export const actPrompt = (policy: string, tools: readonly Tool[], thoughts: boolean): string => `${policy}
#Available tools
${JSON.stringify(
  tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  })),
)}

You are the agent that the policy above speaks of. Do one thing at a time: use a tool, or talk to the user. Answer in exactly this form:
${thoughts ? '\nThought:\n<one line: what to do next, and why>\n' : ''}
Action:
{"name": "<the tool>", "arguments": {<its arguments, as valid JSON>}}

To talk to the user, use the name "respond" with the one argument "content". Fill in real values only, no placeholders. What a tool returned will be sent to you after the words "API output:".

An example, with a tool that is not yours. The user asks: Will it rain in Graz tomorrow?
${thoughts ? '\nThought:\nThe forecast will tell; I need it for tomorrow.\n' : ''}
Action:
{"name": "get_forecast", "arguments": {"city": "Graz", "day": "tomorrow"}}

After "API output: dry, 14 degrees" the answer could be:
${thoughts ? '\nThought:\nI know what was asked and can say it.\n' : ''}
Action:
{"name": "respond", "arguments": {"content": "No rain is expected in Graz tomorrow; it will be about 14 degrees."}}`;
