/** A tree laid out to be drawn, and ways through it. */
import { hierarchy, tree } from 'd3-hierarchy';
import type { NodeDetail } from '../../src/view/viewer/api.ts';
import { lookOf, type NodeLook } from './format.ts';

export interface Placed {
  readonly node: NodeDetail;
  readonly look: NodeLook;
  readonly x: number;
  readonly y: number;
}

export interface Shape {
  readonly width: number;
  readonly height: number;
  /** By path, parents before children. */
  readonly placed: ReadonlyMap<string, Placed>;
  /** Whether there is room for a label at every node. */
  readonly isRoomy: boolean;
}

/** Trees of few leaves have room for the labels of their nodes. */
const FEW_LEAVES = 60;
const roomy = { column: 76, row: 24 };
const tight = { column: 40, row: 16 };
const MARGIN = 24;
/** Room for the label of the deepest node. */
const LABEL = 180;

export const childrenOf = (nodes: readonly NodeDetail[]): ReadonlyMap<string, readonly NodeDetail[]> =>
  Map.groupBy(
    nodes.filter(({ parent }) => parent !== null),
    ({ parent }) => parent!,
  );

/** Depth goes to the right, siblings below each other. */
export const shapeOf = (nodes: readonly NodeDetail[]): Shape => {
  const children = childrenOf(nodes);
  const grown = hierarchy(nodes[0]!, node => children.get(node.path));
  const isRoomy = grown.leaves().length <= FEW_LEAVES;
  const { column, row } = isRoomy ? roomy : tight;
  const root = tree<NodeDetail>().nodeSize([row, column])(grown);
  const all = root.descendants();
  const top = Math.min(...all.map(({ x }) => x));
  const placed = all.map(({ data, x, y }) => ({
    node: data,
    look: lookOf(data),
    x: MARGIN + y,
    y: MARGIN + x - top,
  }));
  return {
    width: Math.max(...placed.map(({ x }) => x)) + LABEL,
    height: Math.max(...placed.map(({ y }) => y)) + MARGIN,
    placed: new Map(placed.map(each => [each.node.path, each])),
    isRoomy,
  };
};

/** The nodes from the root to a path. */
export const lineTo = (nodes: readonly NodeDetail[], path: string): readonly NodeDetail[] => {
  const byPath = new Map(nodes.map(node => [node.path, node]));
  const line: NodeDetail[] = [];
  for (let at = byPath.get(path); at; at = at.parent === null ? undefined : byPath.get(at.parent))
    line.push(at);
  return line.reverse();
};

/** From a node on: along the line that won where one did, else along the first child, to its end. */
export const lineFrom = (nodes: readonly NodeDetail[], path: string): readonly NodeDetail[] => {
  const children = childrenOf(nodes);
  const line: NodeDetail[] = [];
  for (let at = nodes.find(node => node.path === path); at; ) {
    line.push(at);
    const below: readonly NodeDetail[] = children.get(at.path) ?? [];
    at = below.find(({ golden }) => golden) ?? below.find(({ successful }) => successful) ?? below[0];
  }
  return line;
};

/** The node that a key goes to from another; undefined if the key goes nowhere. */
export const stepFrom = (
  shape: Shape,
  nodes: readonly NodeDetail[],
  path: string,
  key: string,
): string | undefined => {
  const at = shape.placed.get(path);
  if (!at) return undefined;
  switch (key) {
    case 'ArrowLeft':
      return at.node.parent ?? undefined;
    case 'ArrowRight':
      return lineFrom(nodes, path)[1]?.path;
    case 'ArrowUp':
    case 'ArrowDown': {
      const column = [...shape.placed.values()].filter(({ x }) => x === at.x).sort((a, b) => a.y - b.y);
      return column[column.indexOf(at) + (key === 'ArrowUp' ? -1 : 1)]?.node.path;
    }
    case 'Home':
      return nodes[0]!.path;
    case 'End':
      return lineFrom(nodes, nodes[0]!.path).at(-1)?.path;
    default:
      return undefined;
  }
};
