/** The tree as it grew, drawn on a canvas of the size of its box: only what is in sight is drawn, however large the tree. */
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef } from 'react';
import type { TreeDetail } from '../../src/view/viewer/api.ts';
import { causeWords, lookWords, nodeName } from './format.ts';
import { drawTree, looks } from './tree-drawing.ts';
import { type Placed, type Shape, shapeOf, stepFrom } from './tree-shape.ts';

interface TreeMapProps {
  readonly tree: TreeDetail;
  readonly selected: string;
  readonly onSelect: (path: string) => void;
}

/** How far from a node's middle a click may be. */
const REACH = 14;

export const TreeMap = ({ tree, selected, onSelect }: TreeMapProps) => {
  const shape = useMemo(() => shapeOf(tree.nodes), [tree.nodes]);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = shape.placed.get(selected);
  const draw = useCallback(() => {
    if (box.current && canvas.current) drawTree(canvas.current, box.current, shape, at);
  }, [shape, at]);
  useEffect(() => {
    if (at && box.current) reveal(box.current, at);
    draw();
  }, [at, draw]);
  useEffect(() => {
    const resized = new ResizeObserver(draw);
    resized.observe(box.current!);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      dark.removeEventListener('change', draw);
    };
  }, [draw]);
  const onClick = (event: MouseEvent): void => {
    const corner = canvas.current!.getBoundingClientRect();
    const { scrollLeft, scrollTop } = box.current!;
    const found = nearest(
      shape,
      event.clientX - corner.left + scrollLeft,
      event.clientY - corner.top + scrollTop,
    );
    if (found) onSelect(found.node.path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = stepFrom(shape, tree.nodes, selected, event.key);
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next);
  };
  return (
    <figure className="map">
      <div
        ref={box}
        className="box"
        role="tree"
        aria-label="The search: arrow keys go from node to node"
        aria-activedescendant={at ? 'selected-node' : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onScroll={draw}
      >
        <div className="extent" style={{ width: shape.width, height: shape.height }}>
          <canvas ref={canvas} />
          {at && (
            <span
              id="selected-node"
              className="heard"
              role="treeitem"
              tabIndex={-1}
              aria-selected="true"
              aria-level={selected.length + 1}
            >
              {labelOf(at)}
            </span>
          )}
        </div>
      </div>
      <figcaption>
        <Legend shape={shape} />
      </figcaption>
    </figure>
  );
};

const Legend = ({ shape }: { readonly shape: Shape }) => {
  const present = useMemo(() => new Set([...shape.placed.values()].map(({ look }) => look)), [shape]);
  return (
    <ul className="legend">
      {looks
        .filter(look => present.has(look))
        .map(look => (
          <li key={look}>
            <span className={`dot ${look}`} aria-hidden="true" /> {lookWords[look]}
          </li>
        ))}
    </ul>
  );
};

const nearest = (shape: Shape, x: number, y: number): Placed | undefined => {
  let best: Placed | undefined;
  let least = REACH ** 2;
  for (const each of shape.placed.values()) {
    const distance = (each.x - x) ** 2 + (each.y - y) ** 2;
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
};

const reveal = (box: HTMLElement, { x, y }: Placed): void => {
  const margin = 40;
  const into = (from: number, size: number, place: number): number =>
    place < from + margin ? place - size / 3 : place > from + size - margin ? place - (2 * size) / 3 : from;
  box.scrollTo({
    left: into(box.scrollLeft, box.clientWidth, x),
    top: into(box.scrollTop, box.clientHeight, y),
  });
};

const labelOf = ({ node, look }: Placed): string => {
  const goals = node.rewards.flatMap(each => each.goals);
  return [
    `node ${nodeName(node.path)}`,
    lookWords[look],
    ...(goals.length > 0 ? [`reached ${goals.join(', ')}`] : []),
    ...(node.cause ? [causeWords[node.cause]] : []),
  ].join('; ');
};
