import type { LearnedRound, LearningDetail } from '../../src/view/viewer/api.ts';
import { Chart } from './chart.tsx';
import { useJson } from './data.ts';
import { percent, whole } from './format.ts';
import { Scrolled } from './scrolled.tsx';

/** What a run's trainings did, if it has any. */
export const Learning = ({ run }: { readonly run: string }) => {
  const { value: found, problem } = useJson<LearningDetail>(`/api/runs/${encodeURIComponent(run)}/learning`);
  if (problem !== undefined) return <p className="error">{problem}</p>;
  if (!found || (found.rounds.length === 0 && found.losses.length === 0)) return null;
  return (
    <section aria-labelledby="learning">
      <h2 id="learning">Learning</h2>
      {found.rounds.length > 0 && <Rounds gateBefore={found.gateBefore} rounds={found.rounds} />}
      {found.losses.length > 0 && <Chart title={`${run}, loss`} x="step" y="loss" lines={found.losses} />}
    </section>
  );
};

interface RoundsProps {
  readonly gateBefore: number | null;
  readonly rounds: readonly LearnedRound[];
}

const Rounds = ({ gateBefore, rounds }: RoundsProps) => (
  <Scrolled label="Rounds, a table">
    <table>
      <thead>
        <tr>
          <th scope="col">Round</th>
          <th scope="col" className="figure">
            Reward of its trees
          </th>
          <th scope="col">Examples</th>
          <th scope="col" className="figure">
            KL to the base, nats per token
          </th>
          <th scope="col" className="figure">
            Success on the gate set
          </th>
          <th scope="col">Kept</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">before</th>
          <td className="figure">–</td>
          <td>–</td>
          <td className="figure">–</td>
          <td className="figure">{share(gateBefore)}</td>
          <td>–</td>
        </tr>
        {rounds.map(({ round, averageReward, examples, klPerToken, gate, kept }) => (
          <tr key={round}>
            <th scope="row">{round}</th>
            <td className="figure">{averageReward?.toFixed(3) ?? '–'}</td>
            <td>{examples ? examplesWords(examples) : '–'}</td>
            <td className="figure">{klPerToken?.toFixed(3) ?? '–'}</td>
            <td className="figure">{share(gate)}</td>
            <td>{kept === null ? '–' : kept ? 'yes' : 'no'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scrolled>
);

const share = (value: number | null): string => (value === null ? '–' : percent(value));

const examplesWords = (examples: Readonly<Record<string, number>>): string =>
  Object.entries(examples)
    .map(([kind, count]) => `${whole(count)} ${kind.toUpperCase()}`)
    .join(', ');
