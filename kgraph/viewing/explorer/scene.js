// Which nodes and edges are drawn, and where: the map, the surroundings of a node, or a path.

const MAP_SIZE = 300;
const LARGE_MAP_SIZE = 1000;
const PAPERS_ON_MAP = 150;
/** How many ties of a kind a node that nobody asked about shows; 'mentions' counts those of a paper. */
const STRONGEST_OF = { co_mention: 3, mentions: 6, shared_technique: 0, broader: 3 };
const AROUND = { co_mention: 30, mentions: 30, shared_technique: 12, broader: 12 };
const RINGS = [8, 14, 20, 26, 32, 40, 48];

let scene = { nodes: new Map(), edges: [] };

const isDrawn = (node) => scene.nodes.has(node);

/** What the state draws: {places: Map of node → {x, y}, hubs: nodes with all their ties, only: the ties, where it is these alone}. */
function scenePlaces() {
  const makers = { map: mapPlaces, ego: egoPlaces, path: pathPlaces, chosen: chosenPlaces };
  const made = makers[state.view]();
  placePinned(made.places);
  return made;
}

/** Make the scene of the state: {nodes: Map of node → {x, y}, edges: numbers}. */
function makeScene() {
  const { places, hubs, only } = scenePlaces();
  scene = { nodes: places, edges: only || edgesAmong(places, hubs) };
}

/** Pinned nodes stand where the map has them; around a node or on a path they wait in a column beside it. */
function placePinned(places) {
  const missing = state.pinned.filter((node) => !places.has(node));
  const right = Math.max(0, ...[...places.values()].map((place) => place.x)) + 170;
  missing.forEach((node, row) => places.set(node, state.view === 'map'
    ? { x: DATA.x[node], y: DATA.y[node] } : { x: right, y: (row - (missing.length - 1) / 2) * 70 }));
}

function mapPlaces() {
  const shown = new Set(source.map());
  for (const { node, by } of state.expanded) neighboursToDraw(node, 24, by).forEach((other) => shown.add(other));
  if (state.node >= 0 && nodePasses(state.node)) shown.add(state.node);
  const places = new Map([...shown].map((node) => [node, { x: DATA.x[node], y: DATA.y[node] }]));
  return { places, hubs: new Set([state.node, ...state.expanded.map(({ node }) => node)]) };
}

/** The neighbours of a node that pass, the most telling first: some of each kind of tie, or `limit` in all; `by` one way alone. */
function neighboursToDraw(node, limit = Infinity, by = '') {
  const taken = { co_mention: 0, mentions: 0, shared_technique: 0, broader: 0 };
  const found = new Set();
  // A telephone has room for fewer.
  const share = byId('stage').clientWidth < 500 ? 0.4 : 1;
  for (const number of knownEdgesOf(node)) {
    const edge = EDGES[number];
    const other = otherEnd(edge, node);
    if (found.has(other) || !isOfWay(edge, by) || !edgePasses(edge) || !nodePasses(other) || taken[edge.kind] >= share * AROUND[edge.kind]) continue;
    taken[edge.kind] += 1;
    found.add(other);
  }
  return [...found].slice(0, limit);
}

function egoPlaces() {
  const { centre } = state;
  const places = new Map([[centre, { x: 0, y: 0 }]]);
  const near = neighboursToDraw(centre);
  placeInRings(places, near);
  const hubs = new Set([centre]);
  for (const node of state.depth > 1 ? grownNodes(near) : []) fanOut(places, hubs, node, 5);
  fanOutExpanded(places, hubs);
  part(places, centre);
  return { places, hubs };
}

/** The neighbours whose own neighbours are the second step. */
const grownNodes = (near) => near.filter((node) => !isPaper(node)).slice(0, 12);

/** Place nodes around the middle, alike types side by side, the closest ties in the inner rings. */
function placeInRings(places, nodes) {
  const { clientWidth: width, clientHeight: height } = byId('stage');
  const stretch = Math.max(1, Math.min(1.6, (1.1 * width) / (height || 1)));
  // On a telephone the rings lie closer, or their nodes would be dots.
  const close = width < 500 ? 0.62 : 1;
  ringsOf(nodes).forEach((members, ring) => {
    const group = [...members].sort((one, two) => TYPES.indexOf(typeOf(one)) - TYPES.indexOf(typeOf(two)));
    const radius = close * (160 + ring * 105);
    group.forEach((node, place) => {
      const angle = -Math.PI / 2 + ((place + (ring % 2) / 2) * 2 * Math.PI) / group.length;
      places.set(node, { x: stretch * radius * Math.cos(angle), y: radius * Math.sin(angle) });
    });
  });
}

/** Cut nodes into rings; a last ring of a few joins the one before. */
function ringsOf(nodes) {
  const rings = [];
  for (let at = 0, ring = 0; at < nodes.length; ring += 1) {
    const room = RINGS[Math.min(ring, RINGS.length - 1)];
    const rest = nodes.length - at - room;
    const size = rest > 0 && rest <= room / 3 ? room + rest : room;
    rings.push(nodes.slice(at, at + size));
    at += size;
  }
  return rings;
}

function fanOutExpanded(places, hubs) {
  for (const { node, by } of state.expanded) if (places.has(node)) fanOut(places, hubs, node, 18, by);
}

/** Add neighbours of a drawn node on its outer side. */
function fanOut(places, hubs, node, limit, by = '') {
  hubs.add(node);
  const origin = places.get(node);
  const away = Math.atan2(origin.y, origin.x);
  const fresh = neighboursToDraw(node, Infinity, by).filter((other) => !places.has(other)).slice(0, limit);
  fresh.forEach((other, place) => {
    const angle = away + (fresh.length > 1 ? (place / (fresh.length - 1) - 0.5) * 1.8 : 0);
    const reach = 120 + 45 * (place % 3);
    places.set(other, { x: origin.x + 1.3 * reach * Math.cos(angle), y: origin.y + reach * Math.sin(angle) });
  });
}

/** Push nodes apart where they crowd; the middle stays. */
function part(places, fixed, room = 42) {
  const nodes = [...places.keys()];
  for (let round = 0; round < 30; round += 1) {
    let moved = false;
    for (let first = 0; first < nodes.length; first += 1) {
      for (let second = first + 1; second < nodes.length; second += 1) {
        const one = places.get(nodes[first]);
        const two = places.get(nodes[second]);
        const x = (two.x - one.x) / 1.6 || 0.1;
        const y = two.y - one.y || 0.1;
        const apart = Math.hypot(x, y);
        if (apart >= room) continue;
        const push = ((room - apart) / apart) * 0.5;
        if (nodes[first] !== fixed) { one.x -= x * push * 1.6; one.y -= y * push; }
        if (nodes[second] !== fixed) { two.x += x * push * 1.6; two.y += y * push; }
        moved = true;
      }
    }
    if (!moved) return;
  }
}

/** The nodes along a path. */
function nodesOfPath(path, from) {
  const nodes = [from];
  for (const number of path) nodes.push(otherEnd(EDGES[number], nodes[nodes.length - 1]));
  return nodes;
}

function pathPlaces() {
  const path = source.path(state.from, state.to);
  const nodes = path ? nodesOfPath(path, state.from) : [state.from, state.to];
  const places = new Map(nodes.map((node, place) => [node, {
    x: (place - (nodes.length - 1) / 2) * 210, y: (place % 2 ? 34 : -34),
  }]));
  return { places, hubs: new Set(), only: path || [] };
}

/** Nodes that were asked for, lying to one another as on the map but closer. */
function chosenPlaces() {
  const nodes = chosenNodes(state).filter(nodePasses);
  // By rank, so that what stands far off on the map leaves the others no less room.
  const spread = (axis) => {
    const rank = new Map([...nodes].sort((one, two) => DATA[axis][one] - DATA[axis][two]).map((node, place) => [node, place]));
    const room = 100 * Math.sqrt(nodes.length) * (axis === 'x' ? 1.5 : 1);
    return (node) => ((rank.get(node) + 0.5) / nodes.length - 0.5) * room;
  };
  const [x, y] = [spread('x'), spread('y')];
  const places = new Map(nodes.map((node) => [node, { x: x(node), y: y(node) }]));
  const hubs = new Set(nodes.length <= 60 || !state.chosen.length ? nodes : []);
  fanOutExpanded(places, hubs);
  part(places, -1, 64);
  return { places, hubs };
}

/** The ties to draw among nodes: all of the hubs', and of the others the strongest few of each kind. */
function edgesAmong(places, hubs) {
  const drawn = new Set();
  for (const node of places.keys()) {
    const room = { ...STRONGEST_OF };
    for (const number of rarestFirst(node)) {
      const edge = EDGES[number];
      const other = otherEnd(edge, node);
      if (!places.has(other) || !edgePasses(edge)) continue;
      if (!hubs.has(node) && !hubs.has(other)) {
        if (room[edge.kind] <= 0 || (edge.kind === 'mentions' && !isPaper(node))) continue;
        room[edge.kind] -= 1;
      }
      drawn.add(number);
    }
  }
  if (state.edge >= 0 && places.has(EDGES[state.edge].a) && places.has(EDGES[state.edge].b)) drawn.add(state.edge);
  return [...drawn];
}

/** The edges of a node in their order; a paper's so that what few papers name comes first. */
function rarestFirst(node) {
  if (!isPaper(node)) return knownEdgesOf(node);
  const common = (number) => DATA.entities.papers[EDGES[number].b] ?? 0;
  return [...knownEdgesOf(node)].sort((one, two) => common(one) - common(two) || one - two);
}
