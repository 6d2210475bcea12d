/** Turns of a conversation: what was said and thought, and what was called with what result. */
import type { CallRecord, Turn } from '../../src/dialogue/turn.ts';
import { Folded, Said, visible } from './text.tsx';
import { Words } from './words.tsx';

/** What a turn is set beside: its differences to that are marked. */
export interface Beside {
  readonly other?: Turn | undefined;
}

export const TurnBox = ({ turn, other }: { readonly turn: Turn } & Beside) => (
  <div className={`turn ${turn.speaker}`}>
    <span className="who">{turn.speaker === 'agent' ? 'Agent' : 'User'}</span>
    {reasoningOf(turn).map((thought, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: what a turn holds never changes
      <Folded key={i} label="thought" text={thought} />
    ))}
    {turn.calls.map((call, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <Call key={i} call={call} other={other?.calls[i]} />
    ))}
    {saidIn(turn).map((text, i) =>
      other ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <Words key={i} text={text} other={saidIn(other)[i] ?? ''} />
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <Said key={i} text={text} />
      ),
    )}
    {turn.error !== undefined && <p className="error">{visible(turn.error)}</p>}
  </div>
);

export const saidIn = (turn: Turn): readonly string[] =>
  turn.visible.flatMap(({ content }) => (typeof content === 'string' && content !== '' ? [content] : []));

const reasoningOf = (turn: Turn): readonly string[] =>
  turn.internal.flatMap(message =>
    message.role === 'assistant' && message.reasoning ? [message.reasoning] : [],
  );

interface CallProps {
  readonly call: CallRecord;
  readonly other: CallRecord | undefined;
}

const Call = ({ call, other }: CallProps) => {
  const args = entriesOf(call);
  const others = new Map(other?.name === call.name ? entriesOf(other) : []);
  return (
    <div className="call">
      <table>
        <caption>
          <code>{visible(call.name)}</code>
        </caption>
        <tbody>
          {args.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{visible(name)}</th>
              <td>
                {other && others.get(name) !== value ? (
                  <mark>{visible(value)}</mark>
                ) : (
                  <bdi>{visible(value)}</bdi>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Folded label="result" text={call.output} />
    </div>
  );
};

/** Arguments by name; those that are no object as one. */
const entriesOf = ({ arguments: args }: CallRecord): readonly (readonly [name: string, value: string])[] => {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  if (typeof args === 'object' && args !== null && !Array.isArray(args))
    return Object.entries(args).map(([name, value]) => [name, text(value)]);
  return [['arguments', text(args)]];
};
