import { Link } from './route.tsx';

/** What stands in place of a page that cannot be shown: never an empty one. */
export const Problem = ({ words }: { readonly words: string }) => (
  <div role="alert" className="problem">
    <h1>Cannot be shown</h1>
    <p>{words}</p>
    <p>
      <Link to="/">All runs</Link>
    </p>
  </div>
);

/** While the first answer is on its way. */
export const Waiting = () => (
  <p role="status" className="muted">
    Reading…
  </p>
);
