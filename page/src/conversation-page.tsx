import type { ConversationDetail, TreeKey } from '../../src/view/viewer/api.ts';
import { useJson } from './data.ts';
import { counted, percent } from './format.ts';
import { Problem, Waiting } from './problem.tsx';
import { conversationsPath, Link } from './route.tsx';
import { visible } from './text.tsx';
import { TurnBox } from './turns.tsx';

interface ConversationPageProps {
  readonly run: string;
  readonly conversation: TreeKey;
}

export const ConversationPage = ({ run, conversation: { stage, task, seed } }: ConversationPageProps) => {
  const query = new URLSearchParams({ stage, task, seed: String(seed) });
  const address = `/api/runs/${encodeURIComponent(run)}/conversation?${query}`;
  const { value: found, problem } = useJson<ConversationDetail>(address);
  if (problem !== undefined) return <Problem words={problem} />;
  if (!found) return <Waiting />;
  return (
    <>
      <h1>{visible(task)}</h1>
      <p className="muted">
        {[
          found.taskType,
          `reward ${percent(found.reward)}`,
          counted(found.turns, 'turn'),
          counted(found.calls, 'call'),
          `seed ${seed}`,
        ].join(' · ')}{' '}
        · <Link to={conversationsPath(run, stage)}>{stage}</Link>
      </p>
      {found.fault && <p className="error">ended by a fault: {found.fault}</p>}
      {found.goals.length > 0 && (
        <ul className="goals" aria-label="Goals">
          {found.goals.map(({ goal, verdict }) => (
            <li key={goal} className={verdict === 'reached' ? 'reached' : undefined}>
              <span aria-hidden="true">{verdict === 'reached' ? '★' : '☆'}</span> {visible(goal)}{' '}
              <span className="muted">{verdict.replace('-', ' ')}</span>
            </li>
          ))}
        </ul>
      )}
      <section className="whole" aria-label="The conversation">
        {found.transcript.map((turn, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the turns of a conversation never change
          <TurnBox key={i} turn={turn} />
        ))}
      </section>
    </>
  );
};
