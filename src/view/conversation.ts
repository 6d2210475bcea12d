/** A conversation as people read it: who said what, and which tools were called in between. */
import { isJsonObject, type Json } from '../dialogue/json.ts';
import type { CallRecord, Turn } from '../dialogue/turn.ts';
import { type Html, html } from './html.ts';

const argumentList = (args: Json): string =>
  isJsonObject(args)
    ? Object.entries(args)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(', ')
    : JSON.stringify(args);

/** Long results are folded behind their beginning. */
const result = (output: string): Html =>
  output.length <= 90
    ? html`<code class="result">${output}</code>`
    : html`<details class="result"><summary><code>${output.slice(0, 80)}…</code></summary><code>${output}</code></details>`;

const call = ({ name, arguments: args, output }: CallRecord): Html =>
  html`<div class="call"><code><b>${name}</b>(${argumentList(args)})</code>${result(output)}</div>\n`;

const said = (turn: Turn): readonly string[] =>
  turn.visible.flatMap(message =>
    typeof message.content === 'string' && message.content !== '' ? [message.content] : [],
  );

/** One turn: its tool calls, what was said, and the error if there was one. */
const renderTurn = (turn: Turn): Html => {
  const who = turn.speaker === 'agent' ? 'Agent' : 'User';
  return html`<li class="turn ${turn.speaker}"><span class="who">${who}</span>
${turn.calls.map(call)}${said(turn).map(text => html`<p>${text}</p>\n`)}${
  turn.error === undefined ? undefined : html`<p class="error">${turn.error}</p>\n`
}</li>\n`;
};

export const renderTurns = (turns: readonly Turn[]): Html =>
  turns.length === 0
    ? html`<p class="muted">Nothing was said.</p>`
    : html`<ol class="turns">${turns.map(renderTurn)}</ol>`;
