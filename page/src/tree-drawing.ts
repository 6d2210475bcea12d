/** Draws the part of a tree that its box shows. */

import type { NodeLook } from './format.ts';
import { visible } from './text.tsx';
import type { Placed, Shape } from './tree-shape.ts';

const RADIUS = 5;
/** How far beside the box something may lie and still reach into it. */
const AROUND = 60;

/** Those that stand out are drawn last. */
export const looks: readonly NodeLook[] = ['open', 'lost', 'fault', 'successful', 'golden'];

type Colours = (name: string) => string;

const fills: Readonly<Record<NodeLook, string>> = {
  open: '--paper',
  lost: '--muted',
  fault: '--fault',
  successful: '--paper',
  golden: '--gold',
};
const strokes: Readonly<Record<NodeLook, string>> = {
  open: '--muted',
  lost: '--muted',
  fault: '--fault',
  successful: '--gold',
  golden: '--gold',
};

/** @param selected is drawn with a ring */
export const drawTree = (
  canvas: HTMLCanvasElement,
  box: HTMLElement,
  shape: Shape,
  selected: Placed | undefined,
): void => {
  const { clientWidth: width, clientHeight: height, scrollLeft, scrollTop } = box;
  const scale = window.devicePixelRatio;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d')!;
  const style = getComputedStyle(canvas);
  const colours: Colours = name => style.getPropertyValue(name);
  context.setTransform(scale, 0, 0, scale, -scrollLeft * scale, -scrollTop * scale);
  context.clearRect(scrollLeft, scrollTop, width, height);
  const isNear = (y: number): boolean => y > scrollTop - AROUND && y < scrollTop + height + AROUND;
  const all = [...shape.placed.values()];
  const near = all.filter(({ y }) => isNear(y));
  const linked = all.flatMap(child => {
    const parent = child.node.parent === null ? undefined : shape.placed.get(child.node.parent);
    const crosses =
      parent && Math.max(child.y, parent.y) > scrollTop && Math.min(child.y, parent.y) < scrollTop + height;
    return parent && crosses ? [[parent, child] as const] : [];
  });
  drawLinks(context, linked, colours);
  drawLabels(context, near, shape.isRoomy, colours);
  for (const look of looks)
    drawNodes(
      context,
      near.filter(each => each.look === look),
      colours(fills[look]),
      colours(strokes[look]),
    );
  if (selected) drawRing(context, selected, colours('--link'));
};

const drawLinks = (
  context: CanvasRenderingContext2D,
  links: readonly (readonly [parent: Placed, child: Placed])[],
  colours: Colours,
): void => {
  for (const golden of [false, true]) {
    context.strokeStyle = colours(golden ? '--gold' : '--line');
    context.lineWidth = golden ? 2 : 1.2;
    context.beginPath();
    for (const [from, to] of links) {
      if ((to.look === 'golden') !== golden) continue;
      const middle = (from.x + to.x) / 2;
      context.moveTo(from.x, from.y);
      context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
    }
    context.stroke();
  }
};

const drawNodes = (
  context: CanvasRenderingContext2D,
  nodes: readonly Placed[],
  fill: string,
  stroke: string,
): void => {
  context.fillStyle = fill;
  context.strokeStyle = stroke;
  context.lineWidth = 1.6;
  context.beginPath();
  for (const { x, y } of nodes) {
    context.moveTo(x + RADIUS, y);
    context.arc(x, y, RADIUS, 0, 2 * Math.PI);
  }
  context.fill();
  context.stroke();
};

const drawLabels = (
  context: CanvasRenderingContext2D,
  nodes: readonly Placed[],
  withCauses: boolean,
  colours: Colours,
): void => {
  context.font = '12px system-ui, sans-serif';
  context.strokeStyle = colours('--paper');
  context.lineWidth = 4;
  context.lineJoin = 'round';
  const write = (text: string, x: number, y: number, colour: string): void => {
    // Readable on whatever line it crosses.
    context.strokeText(text, x, y);
    context.fillStyle = colours(colour);
    context.fillText(text, x, y);
  };
  for (const { node, x, y } of nodes) {
    const goals = node.rewards.filter(({ credited }) => credited).flatMap(each => each.goals);
    if (goals.length > 0) write(`★ ${visible(goals.join(', '))}`, x - 6, y - 9, '--gold');
    else if (withCauses && node.cause !== null && node.cause !== 'superseded')
      write(node.cause, x + 10, y + 4, '--muted');
  }
};

const drawRing = (context: CanvasRenderingContext2D, { x, y }: Placed, colour: string): void => {
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(x, y, RADIUS + 4, 0, 2 * Math.PI);
  context.stroke();
};
