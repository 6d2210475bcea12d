import type { ConversationHeader, ConversationPage as Found } from '../../src/view/viewer/api.ts';
import { Choice } from './choice.tsx';
import { useJson } from './data.ts';
import { counted, percent } from './format.ts';
import { LongList, PAGE } from './long-list.tsx';
import { Problem, Waiting } from './problem.tsx';
import { comparisonPath, conversationPath, conversationsPath, go, Link } from './route.tsx';
import { visible } from './text.tsx';

interface ConversationsPageProps {
  readonly run: string;
  readonly stage: string;
  readonly query: URLSearchParams;
}

const filters = ['search', 'outcome'] as const;

export const ConversationsPage = ({ run, stage, query }: ConversationsPageProps) => {
  const wanted = new URLSearchParams({ stage });
  for (const name of filters) {
    const value = query.get(name);
    if (value) wanted.set(name, value);
  }
  const address = `/api/runs/${encodeURIComponent(run)}/conversations?${wanted}`;
  const { value: found, problem } = useJson<Found>(`${address}&limit=${PAGE}`);
  const set = (name: string, value: string): void => {
    const changed = new URLSearchParams(query);
    if (value) changed.set(name, value);
    else changed.delete(name);
    go(`${conversationsPath(run, stage)}?${changed}`, { replace: true });
  };
  if (problem !== undefined) return <Problem words={problem} />;
  return (
    <>
      <h1>
        {run}: {stage}
      </h1>
      <p>
        <Link className="button" to={comparisonPath({ before: run, beforeStage: stage })}>
          Compare with another evaluation
        </Link>
      </p>
      <search className="filters">
        <label>
          Task
          <input
            type="search"
            defaultValue={query.get('search') ?? ''}
            onChange={event => set('search', event.target.value)}
          />
        </label>
        <Choice name="Outcome" value={query.get('outcome') ?? ''} onChange={value => set('outcome', value)}>
          {[
            ['', 'all'],
            ['success', 'success'],
            ['failure', 'failure'],
            ['fault', 'ended by a fault'],
          ]}
        </Choice>
      </search>
      {!found ? (
        <Waiting />
      ) : (
        <>
          <p role="status" className="muted">
            {found.total === 0 ? 'No conversation matches.' : counted(found.total, 'conversation')}
          </p>
          {found.total > 0 && (
            <LongList
              key={address}
              label="Conversations"
              address={address}
              first={found}
              show={row => <ConversationRow run={run} row={row} />}
            />
          )}
        </>
      )}
    </>
  );
};

const ConversationRow = ({ run, row }: { readonly run: string; readonly row: ConversationHeader }) => (
  <Link to={conversationPath(run, row)} className="tree-row">
    <span className="task">{visible(row.task)}</span>
    <span className="type">{visible(row.taskType)}</span>
    <meter min={0} max={1} value={row.reward} aria-label={`reward ${percent(row.reward)}`} />
    <span className="figure">{row.reward.toFixed(2)}</span>
    <span className="figure">{counted(row.turns, 'turn')}</span>
    {row.fault && <span className="badge failed">{row.fault}</span>}
  </Link>
);
