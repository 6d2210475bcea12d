import type { RunSummary } from '../../src/view/viewer/api.ts';
import { useJson } from './data.ts';
import { duration, moment, whole } from './format.ts';
import { Problem, Waiting } from './problem.tsx';
import { comparisonPath, Link, runPath } from './route.tsx';
import { Scrolled } from './scrolled.tsx';

export const RunsPage = () => {
  const { value: runs, problem } = useJson<readonly RunSummary[]>('/api/runs');
  if (problem !== undefined) return <Problem words={problem} />;
  if (!runs) return <Waiting />;
  return (
    <>
      <h1>Runs</h1>
      {runs.some(({ conversations }) => conversations > 0) && (
        <p>
          <Link to={comparisonPath({})}>Compare two evaluations</Link>
        </p>
      )}
      {runs.length === 0 ? (
        <p>
          No runs yet. Start one with <code>juxta selftrain</code>; it will appear here.
        </p>
      ) : (
        <Scrolled label="Runs, a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Run</th>
                <th scope="col">Status</th>
                <th scope="col">Environment</th>
                <th scope="col">What came out</th>
                <th scope="col" className="figure">
                  Trees
                </th>
                <th scope="col" className="figure">
                  Conversations
                </th>
                <th scope="col" className="figure">
                  Took
                </th>
                <th scope="col" className="figure">
                  USD
                </th>
                <th scope="col">Started</th>
              </tr>
            </thead>
            <tbody>
              {runs.map(run => (
                <RunRow key={run.id} run={run} />
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </>
  );
};

const RunRow = ({ run }: { readonly run: RunSummary }) => (
  <tr>
    <th scope="row">
      <Link to={runPath(run.id)}>{run.id}</Link>
    </th>
    <td>
      <span className={`badge ${run.status}`}>{run.status}</span>
    </td>
    <td>{run.environment ?? '–'}</td>
    <td>{run.outcome ?? '–'}</td>
    <td className="figure">{whole(run.trees)}</td>
    <td className="figure">{whole(run.conversations)}</td>
    <td className="figure">{duration(run.seconds)}</td>
    <td className="figure">{run.usd === null ? '–' : run.usd.toFixed(2)}</td>
    <td>{moment(run.started)}</td>
  </tr>
);
