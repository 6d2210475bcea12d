/** Two evaluations on the same tasks, paired: whether the difference is more than chance, by type, and which tasks flip. */
import type {
  Compared,
  ComparisonDetail,
  EvaluationName,
  Flip,
  Interval,
} from '../../src/view/viewer/api.ts';
import { Choice } from './choice.tsx';
import { useJson } from './data.ts';
import { counted, percent, points } from './format.ts';
import { Problem, Waiting } from './problem.tsx';
import { type ComparedNames, comparisonPath, conversationPath, go, Link } from './route.tsx';
import { Scrolled } from './scrolled.tsx';
import { visible } from './text.tsx';

export const ComparisonPage = ({ query }: { readonly query: URLSearchParams }) => {
  const { value: all, problem } = useJson<readonly EvaluationName[]>('/api/evaluations');
  if (problem !== undefined) return <Problem words={problem} />;
  if (!all) return <Waiting />;
  const chosen: Partial<ComparedNames> = Object.fromEntries(query);
  const options = all.map(name => [nameOf(name.run, name.stage), `${name.run}: ${name.stage}`] as const);
  const choose = (side: 'before' | 'after', name: string): void => {
    if (name === '') return;
    const [run, stage] = JSON.parse(name) as readonly [string, string];
    go(comparisonPath({ ...chosen, [side]: run, [`${side}Stage`]: stage }), { replace: true });
  };
  const chosenName = (run: string | undefined, stage: string | undefined): string =>
    run && stage ? nameOf(run, stage) : '';
  return (
    <>
      <h1>Two evaluations, compared</h1>
      {all.length < 2 && <p>There are not two evaluations yet.</p>}
      <div className="filters">
        <Choice
          name="Before"
          value={chosenName(chosen.before, chosen.beforeStage)}
          onChange={name => choose('before', name)}
        >
          {[['', 'choose one'], ...options]}
        </Choice>
        <Choice
          name="After"
          value={chosenName(chosen.after, chosen.afterStage)}
          onChange={name => choose('after', name)}
        >
          {[['', 'choose one'], ...options]}
        </Choice>
      </div>
      {isWhole(chosen) && <Comparison names={chosen} />}
    </>
  );
};

const nameOf = (run: string, stage: string): string => JSON.stringify([run, stage]);

const isWhole = (names: Partial<ComparedNames>): names is ComparedNames =>
  Boolean(names.before && names.beforeStage && names.after && names.afterStage);

const Comparison = ({ names }: { readonly names: ComparedNames }) => {
  const { value: found, problem } = useJson<ComparisonDetail>(
    `/api/comparison?${new URLSearchParams({ ...names })}`,
  );
  if (problem !== undefined) return <Problem words={problem} />;
  if (!found) return <Waiting />;
  if (found.success.pairs === 0)
    return <p>They have no task and seed in common, so nothing can be compared.</p>;
  return (
    <>
      <p className="muted">
        {[
          `${counted(found.success.pairs, 'conversation')} of the same task and seed on both sides`,
          ...(found.faulty > 0 ? [`${counted(found.faulty, 'pair')} left out for a fault`] : []),
          ...(found.unmatched > 0 ? [`${found.unmatched} without a counterpart`] : []),
        ].join('; ')}
        . Intervals: 95 %, paired bootstrap over tasks.
      </p>
      <Scrolled label="Success before and after, a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Success</th>
              <th scope="col" className="figure">
                Pairs
              </th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col">Difference, points</th>
              <th scope="col">p</th>
            </tr>
          </thead>
          <tbody>
            <Line name="all tasks" compared={found.success} />
            {found.byType.map(({ type, success }) => (
              <Line key={type} name={type} compared={success} />
            ))}
          </tbody>
        </table>
      </Scrolled>
      <Flips names={names} title="Won" flips={found.flips.filter(({ won }) => won)} />
      <Flips names={names} title="Lost" flips={found.flips.filter(({ won }) => !won)} />
    </>
  );
};

const Line = ({ name, compared }: { readonly name: string; readonly compared: Compared }) => (
  <tr>
    <th scope="row">{name}</th>
    <td className="figure">{compared.pairs}</td>
    <td>{intervalWords(compared.before, percent)}</td>
    <td>{intervalWords(compared.after, percent)}</td>
    <td>{intervalWords(compared.difference, points)}</td>
    <td>{compared.p === null ? '–' : compared.p < 0.001 ? '< 0.001' : compared.p.toFixed(3)}</td>
  </tr>
);

const intervalWords = ({ value, low, high }: Interval, format: (value: number) => string): string =>
  value === null || low === null || high === null
    ? '–'
    : `${format(value)} [${format(low)}, ${format(high)}]`;

interface FlipsProps {
  readonly names: ComparedNames;
  readonly title: string;
  readonly flips: readonly Flip[];
}

/** Tasks that changed sides, with both conversations. */
const Flips = ({ names, title, flips }: FlipsProps) => (
  <section aria-label={title}>
    <h2>
      {title}: {counted(flips.length, 'task')}
    </h2>
    {flips.length > 0 && (
      <ul className="flips">
        {flips.map(({ task, seed, taskType, before, after }) => (
          <li key={`${task} ${seed}`}>
            {visible(task)} <span className="muted">{taskType}</span>:{' '}
            <Link to={conversationPath(names.before, { stage: names.beforeStage, task, seed })}>
              before {before.toFixed(2)}
            </Link>
            ,{' '}
            <Link to={conversationPath(names.after, { stage: names.afterStage, task, seed })}>
              after {after.toFixed(2)}
            </Link>
          </li>
        ))}
      </ul>
    )}
  </section>
);
