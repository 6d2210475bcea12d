import { useState } from 'react';
import type { StateDetail, TreeDetail } from '../../src/view/viewer/api.ts';
import { askJson, messageOf } from './data.ts';
import { visible } from './text.tsx';

interface StateChangesProps {
  readonly tree: TreeDetail;
  /** The node whose changes are shown. */
  readonly path: string;
}

/** What a node's calls changed. They are made again for it, so only when somebody asks. */
export const StateChanges = ({ tree, path }: StateChangesProps) => {
  const [found, setFound] = useState<StateDetail>();
  const ask = (): void => {
    if (found) return;
    const query = new URLSearchParams({ stage: tree.stage, task: tree.task, seed: String(tree.seed), path });
    askJson<StateDetail>(`/api/runs/${encodeURIComponent(tree.run)}/state?${query}`).then(
      setFound,
      (thrown: unknown) => setFound({ changes: null, why: messageOf(thrown) }),
    );
  };
  return (
    <details className="folded" onToggle={ask}>
      <summary>
        <span className="label">what changed in the environment</span>
      </summary>
      {found ? <Changes {...found} /> : <p className="muted">making the calls again…</p>}
    </details>
  );
};

const Changes = ({ changes, why }: StateDetail) => {
  if (!changes) return <p className="muted">This cannot be told: {visible(why ?? '')}.</p>;
  if (changes.length === 0) return <p className="muted">Nothing.</p>;
  return (
    <table className="changes">
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">
              <code>{visible(path)}</code>
            </th>
            <td>
              <Value text={before} />
            </td>
            <td>
              <Value text={after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Value = ({ text }: { readonly text: string | null }) =>
  text === null ? <span className="muted">nothing</span> : <bdi>{visible(text)}</bdi>;
