import type { ConversationHeader, ConversationPage as Found } from '../../src/view/viewer/api.ts';
import { Choice } from './choice.tsx';
import { FoundRows, TaskFilter, useFiltered } from './filtered-list.tsx';
import { counted, percent } from './format.ts';
import { Problem, Waiting } from './problem.tsx';
import { comparisonPath, conversationPath, conversationsPath, Link } from './route.tsx';
import { visible } from './text.tsx';

interface ConversationsPageProps {
  readonly run: string;
  readonly stage: string;
  readonly query: URLSearchParams;
}

const filters = ['search', 'outcome'] as const;

export const ConversationsPage = ({ run, stage, query }: ConversationsPageProps) => {
  const from = `/api/runs/${encodeURIComponent(run)}/conversations`;
  const page = conversationsPath(run, stage);
  const { address, found, problem, set } = useFiltered<Found>(from, page, stage, filters, query);
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
        <TaskFilter query={query} set={set} />
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
        <FoundRows
          address={address}
          found={found}
          one="conversation"
          label="Conversations"
          show={row => <ConversationRow run={run} row={row} />}
        />
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
