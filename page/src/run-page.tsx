import type { EvaluationStage, RunDetail, StageSummary } from '../../src/view/viewer/api.ts';
import { useJson } from './data.ts';
import { counted, duration, megabytes, moment, percent, whole } from './format.ts';
import { Learning } from './learning.tsx';
import { Problem, Waiting } from './problem.tsx';
import { conversationsPath, Link } from './route.tsx';
import { Scrolled } from './scrolled.tsx';
import { TreeList } from './tree-list.tsx';

interface RunPageProps {
  readonly run: string;
  readonly query: URLSearchParams;
}

export const RunPage = ({ run: id, query }: RunPageProps) => {
  const { value: run, problem } = useJson<RunDetail>(`/api/runs/${encodeURIComponent(id)}`);
  if (problem !== undefined) return <Problem words={problem} />;
  if (!run) return <Waiting />;
  const treeStages = run.stages.filter(({ trees }) => trees !== null);
  return (
    <>
      <h1>
        {run.id} <span className={`badge ${run.status}`}>{run.status}</span>
      </h1>
      <p className="muted">
        {[run.kind, run.environment, `started ${moment(run.started)}`, `took ${duration(run.seconds)}`]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {run.outcome && <p className="outcome">{run.outcome}</p>}
      {run.stages.length > 0 && <Stages run={id} stages={run.stages} />}
      <Learning run={id} />
      {run.requests.length > 0 && (
        <section aria-labelledby="requests">
          <h2 id="requests">Requests</h2>
          <pre className="lines">{run.requests.join('\n')}</pre>
        </section>
      )}
      {treeStages.length > 0 && <TreeList run={id} stages={treeStages} query={query} />}
      <details>
        <summary>What it was begun with</summary>
        <pre>{JSON.stringify(run.configuration, null, 2)}</pre>
      </details>
    </>
  );
};

interface StagesProps {
  readonly run: string;
  readonly stages: readonly StageSummary[];
}

interface StageProps {
  readonly stage: StageSummary;
}

const Stages = ({ run, stages }: StagesProps) => (
  <section aria-labelledby="stages">
    <h2 id="stages">Stages</h2>
    <Scrolled label="Stages, a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Status</th>
            <th scope="col">What it holds</th>
            <th scope="col" className="figure">
              Took
            </th>
            <th scope="col" className="figure">
              Memory
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map(stage => (
            <tr key={stage.key}>
              <th scope="row">
                {stage.conversations.length > 0 ? (
                  <Link to={conversationsPath(run, stage.key)}>{stage.key}</Link>
                ) : (
                  stage.key
                )}
              </th>
              <td>{stage.status && <span className={`badge ${stage.status}`}>{stage.status}</span>}</td>
              <td>
                {contentOf(stage)}
                <Progress stage={stage} />
              </td>
              <td className="figure">{duration(stage.seconds)}</td>
              <td className="figure">{megabytes(stage.peakMemoryBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  </section>
);

/** How far a stage is that runs, and how long it will take at this pace. */
const Progress = ({ stage: { key, status, expected, secondsLeft, trees, conversations } }: StageProps) => {
  const done = trees?.count ?? conversations[0]?.count ?? 0;
  if (status === 'finished' || expected === null || done >= expected) return null;
  return (
    <div>
      <progress max={expected} value={done} aria-label={`progress of ${key}`} /> {whole(done)} of{' '}
      {whole(expected)}
      {secondsLeft !== null && `, about ${duration(secondsLeft)} left`}
    </div>
  );
};

const contentOf = ({ trees, conversations }: StageSummary): string =>
  [
    ...(trees
      ? [
          `${counted(trees.count, 'tree')}, average reward ${trees.averageReward.toFixed(3)}, every goal reached in ${whole(trees.full)}`,
          ...(trees.faults > 0 ? [`${whole(trees.faults)} cut short by a fault`] : []),
        ]
      : []),
    ...conversations.map(evaluationWords),
  ].join('; ');

const evaluationWords = ({ setting, count, success, faults }: EvaluationStage): string => {
  const rate = success
    ? `success ${percent(success.value)} [${percent(success.low)}, ${percent(success.high)}]`
    : 'no success rate';
  return `${setting}: ${counted(count, 'conversation')}, ${rate}${faults > 0 ? `, ${counted(faults, 'fault')}` : ''}`;
};
