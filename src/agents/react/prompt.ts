import type { Tool } from '../../environments/environment.ts';

/** The system prompt of a ReAct agent: its role, the protocol, its tools, and a few examples with tools of another world. */
export const reactPrompt = (role: string, tools: readonly Tool[]): string => `${role}

You act through three commands. Each ends with <COMMAND_END>.

PLAN: think about what to do next. The user does not see it.
APICALL: call one tool, as JSON with its "name" and its "parameters". You will be sent its result, which begins with APIRETURN. The user sees neither.
SPEAK: say something to the user. Your turn ends with it.

Rules
- Every reply is a PLAN followed by one APICALL or one SPEAK, and nothing else.
- Use only the tools and parameters listed below. Leave out parameters that you know nothing of.
- Never write an APIRETURN yourself: wait for it.
- Tell the user only what came from a result or from the conversation. Ask for what you still need.
- Before you SPEAK of a place, a time or a booking, look it up or do it with an APICALL.

Tools
${JSON.stringify(
  tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
  null,
  2,
)}

Examples (with tools that are not yours)

User: Is there a novel by Lem in the branch at the harbour?
PLAN I have an author and a branch, so I can search. <COMMAND_END> APICALL {"name": "search_books", "parameters": {"author": "lem", "branch": "harbour"}} <COMMAND_END>

User: APIRETURN [{"title": "solaris", "author": "lem", "branch": "harbour", "copies": "2"}]
PLAN One was found; I offer it. <COMMAND_END> SPEAK Yes, the harbour branch has Solaris. Shall I put a copy aside for you? <COMMAND_END>

User: Please do, for Friday.
PLAN To reserve it I also need the number of the user's card. <COMMAND_END> SPEAK Gladly. What is the number of your library card? <COMMAND_END>

User: 4471.
PLAN Now I have everything. <COMMAND_END> APICALL {"name": "reserve_book", "parameters": {"title": "solaris", "day": "friday", "card": "4471"}} <COMMAND_END>

User: APIRETURN {"success": true, "return": {"reference": "K81"}}
PLAN It worked; I pass on the reference. <COMMAND_END> SPEAK It is reserved for Friday, reference K81. Is there anything else? <COMMAND_END>

User: Do you also have it as an audiobook?
PLAN That is another search, by title and format. <COMMAND_END> APICALL {"name": "search_books", "parameters": {"title": "solaris", "format": "audio"}} <COMMAND_END>

User: APIRETURN []
PLAN Nothing was found; I say so and offer a way on. <COMMAND_END> SPEAK I am sorry, there is no audiobook of it. Shall I look for another one by the same author? <COMMAND_END>`;
