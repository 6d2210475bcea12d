import { useEffect, useRef } from 'react';
import { ComparePage } from './compare-page.tsx';
import { ComparisonPage } from './comparison-page.tsx';
import { ConversationPage } from './conversation-page.tsx';
import { ConversationsPage } from './conversations-page.tsx';
import { useIsLive } from './data.ts';
import { Problem } from './problem.tsx';
import { conversationsPath, Link, type Route, runPath, treePath, useRoute } from './route.tsx';
import { RunPage } from './run-page.tsx';
import { RunsPage } from './runs-page.tsx';
import { visible } from './text.tsx';
import { TreePage } from './tree-page.tsx';

export const App = () => {
  const { route, query } = useRoute();
  const title = titleOf(route);
  const main = useRef<HTMLElement>(null);
  const shown = useRef(title);
  useEffect(() => {
    document.title = `${title} – Juxta`;
    // Who goes on by keyboard or by ear begins with what is new.
    if (shown.current !== title) main.current?.focus({ preventScroll: true });
    shown.current = title;
  }, [title]);
  return (
    <>
      <header className="top">
        <nav aria-label="Where this is">
          <ol>
            <li>
              <Link to="/">Runs</Link>
            </li>
            {'run' in route && (
              <li>
                <Link to={runPath(route.run)}>{route.run}</Link>
              </li>
            )}
            {'run' in route && conversationStage(route) !== undefined && (
              <li>
                <Link to={conversationsPath(route.run, conversationStage(route)!)}>
                  {conversationStage(route)}
                </Link>
              </li>
            )}
            {'tree' in route && (
              <li>
                <Link to={treePath(route.run, route.tree)}>{visible(route.tree.task)}</Link>
              </li>
            )}
            {route.view === 'compare' && <li>compare</li>}
          </ol>
        </nav>
        <Connection />
      </header>
      <main ref={main} tabIndex={-1}>
        <View route={route} query={query} />
      </main>
    </>
  );
};

const conversationStage = (route: Route): string | undefined =>
  route.view === 'conversations' ? route.stage : route.view === 'conversation' ? route.key.stage : undefined;

const titleOf = (route: Route): string => {
  switch (route.view) {
    case 'runs':
      return 'Runs';
    case 'run':
      return route.run;
    case 'tree':
      return route.tree.task;
    case 'compare':
      return `${route.tree.task}, compared`;
    case 'conversations':
      return `${route.run}: ${route.stage}`;
    case 'conversation':
      return route.key.task;
    case 'comparison':
      return 'Evaluations compared';
    case 'nothing':
      return 'Nothing here';
  }
};

const View = ({ route, query }: { readonly route: Route; readonly query: URLSearchParams }) => {
  switch (route.view) {
    case 'runs':
      return <RunsPage />;
    case 'run':
      return <RunPage key={route.run} run={route.run} query={query} />;
    case 'tree':
      return <TreePage run={route.run} tree={route.tree} query={query} />;
    case 'compare':
      return <ComparePage run={route.run} tree={route.tree} query={query} />;
    case 'conversations':
      return <ConversationsPage run={route.run} stage={route.stage} query={query} />;
    case 'conversation':
      return <ConversationPage run={route.run} conversation={route.key} />;
    case 'comparison':
      return <ComparisonPage query={query} />;
    case 'nothing':
      return <Problem words="There is nothing at this address." />;
  }
};

const Connection = () => {
  const isLive = useIsLive();
  return (
    <span role="status" className={isLive ? 'live' : 'live off'}>
      {isLive ? 'live' : 'not connected'}
    </span>
  );
};
