/** The tree as it grew, in a handful of SVG elements whatever its size: one path of dots for each look of a node. */
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef } from 'react';
import type { TreeDetail } from '../../src/view/viewer/api.ts';
import { causeWords, lookWords, type NodeLook, nodeName } from './format.ts';
import { type Placed, type Shape, shapeOf, stepFrom } from './tree-shape.ts';

interface TreeMapProps {
  readonly tree: TreeDetail;
  readonly selected: string;
  readonly onSelect: (path: string) => void;
}

const RADIUS = 5;
/** How far from a node's middle a click may be. */
const REACH = 14;
/** Above this many leaves their causes would be a wall of text. */
const MOST_LABELLED = 60;

const looks: readonly NodeLook[] = ['open', 'lost', 'fault', 'successful', 'golden'];

export const TreeMap = ({ tree, selected, onSelect }: TreeMapProps) => {
  const shape = useMemo(() => shapeOf(tree.nodes), [tree.nodes]);
  const box = useRef<HTMLDivElement>(null);
  const at = shape.placed.get(selected);
  useEffect(() => {
    if (at && box.current) reveal(box.current, at);
  }, [at]);
  const drawing = useRef<SVGSVGElement>(null);
  const onClick = (event: MouseEvent): void => {
    const corner = drawing.current!.getBoundingClientRect();
    const found = nearest(shape, event.clientX - corner.left, event.clientY - corner.top);
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
        className="canvas"
        role="tree"
        aria-label="The search: arrow keys go from node to node"
        aria-activedescendant={at ? 'selected-node' : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <svg ref={drawing} width={shape.width + 140} height={shape.height} role="presentation">
          <Drawing shape={shape} />
          {at && (
            <g
              id="selected-node"
              role="treeitem"
              aria-selected="true"
              aria-level={selected.length + 1}
              aria-label={labelOf(at)}
            >
              <circle className="ring" cx={at.x} cy={at.y} r={RADIUS + 4} />
            </g>
          )}
        </svg>
      </div>
      <figcaption>
        <ul className="legend">
          {looks
            .filter(look => [...shape.placed.values()].some(each => each.look === look))
            .map(look => (
              <li key={look}>
                <svg width="12" height="12" aria-hidden="true">
                  <path className={`nodes ${look}`} d={dot({ x: 6, y: 6 })} />
                </svg>{' '}
                {lookWords[look]}
              </li>
            ))}
        </ul>
      </figcaption>
    </figure>
  );
};

/** Drawn once for a tree: what is selected changes nothing here. */
const Drawing = ({ shape }: { readonly shape: Shape }) =>
  useMemo(() => {
    const all = [...shape.placed.values()];
    const link = (way: (child: Placed) => boolean): string =>
      all
        .filter(way)
        .map(child => linkPath(shape.placed.get(child.node.parent ?? '')!, child))
        .join('');
    const isChild = ({ node }: Placed): boolean => node.parent !== null;
    return (
      <g>
        <path className="links" d={link(child => isChild(child) && child.look !== 'golden')} />
        <path className="links golden" d={link(child => isChild(child) && child.look === 'golden')} />
        {looks.map(look => (
          <path
            key={look}
            className={`nodes ${look}`}
            d={all
              .filter(each => each.look === look)
              .map(dot)
              .join('')}
          />
        ))}
        {all.flatMap(({ node, x, y }) => {
          const goals = node.rewards.filter(({ credited }) => credited).flatMap(each => each.goals);
          return goals.length > 0
            ? [
                <text key={`goal ${node.path}`} className="goal" x={x + 9} y={y - 7}>
                  ★ {goals.join(', ')}
                </text>,
              ]
            : [];
        })}
        {shape.leaves <= MOST_LABELLED &&
          all.flatMap(({ node, x, y }) =>
            node.cause !== null && node.cause !== 'superseded' && node.cause !== 'goal'
              ? [
                  <text key={`cause ${node.path}`} className="cause" x={x + 10} y={y + 4}>
                    {node.cause}
                  </text>,
                ]
              : [],
          )}
      </g>
    );
  }, [shape]);

const dot = ({ x, y }: Pick<Placed, 'x' | 'y'>): string =>
  `M${x - RADIUS},${y}a${RADIUS},${RADIUS} 0 1,0 ${2 * RADIUS},0a${RADIUS},${RADIUS} 0 1,0 ${-2 * RADIUS},0`;

const linkPath = (from: Placed, to: Placed): string => {
  const middle = (from.x + to.x) / 2;
  return `M${from.x},${from.y}C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`;
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
