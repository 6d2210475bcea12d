/** A priority queue: lowest priority first, in order of arrival among equals (a binary heap). */
export interface Queue<T> {
  readonly size: () => number;
  push(item: T, priority: number): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

interface Entry<T> {
  readonly item: T;
  readonly priority: number;
  readonly arrival: number;
}

export const createQueue = <T>(): Queue<T> => {
  const heap: Entry<T>[] = [];
  let arrivals = 0;
  const before = (a: number, b: number): boolean => {
    const [x, y] = [heap[a]!, heap[b]!];
    return x.priority !== y.priority ? x.priority < y.priority : x.arrival < y.arrival;
  };
  const swap = (a: number, b: number): void => {
    const held = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = held;
  };
  return {
    size: () => heap.length,
    push: (item, priority) => {
      heap.push({ item, priority, arrival: arrivals++ });
      for (let at = heap.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!before(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
    },
    peek: () => heap[0]?.item,
    pop: () => {
      if (heap.length === 0) return undefined;
      swap(0, heap.length - 1);
      const { item } = heap.pop()!;
      for (let at = 0; ; ) {
        let first = at;
        for (const child of [2 * at + 1, 2 * at + 2]) {
          if (child < heap.length && before(child, first)) first = child;
        }
        if (first === at) return item;
        swap(at, first);
        at = first;
      }
    },
  };
};
