// The shortest path between two nodes over ties of all kinds.

/**
 * The path with the fewest steps; of several the one through the least common nodes (the smallest sum
 * of the logarithms of their degrees). Returns the numbers of its edges, or null.
 */
function shortestPath(from, to) {
  const steps = new Map([[from, { cost: 0, edge: -1, before: -1 }]]);
  let wave = [from];
  while (wave.length && !steps.has(to)) {
    const next = new Map();
    for (const node of wave) {
      const cost = steps.get(node).cost + (node === from ? 0 : Math.log(1 + knownEdgesOf(node).length));
      for (const number of knownEdgesOf(node)) {
        const edge = EDGES[number];
        const other = otherEnd(edge, node);
        if (steps.has(other) || !edgePasses(edge) || (other !== to && !nodePasses(other))) continue;
        if (!next.has(other) || next.get(other).cost > cost) next.set(other, { cost, edge: number, before: node });
      }
    }
    next.forEach((step, node) => steps.set(node, step));
    wave = [...next.keys()];
  }
  if (!steps.has(to)) return null;
  const path = [];
  for (let node = to; node !== from; node = steps.get(node).before) path.unshift(steps.get(node).edge);
  return path;
}
