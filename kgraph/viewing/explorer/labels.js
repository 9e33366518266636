// Labels and regions of the picture. Called by vis-network on each frame, in units of the picture.

/** Tint the ground under each community of the map. */
function drawRegions(context) {
  if (state.view !== 'map' || DATA.communities.length < 2) return;
  for (const [community, nodes] of communitiesDrawn()) {
    context.beginPath();
    for (const node of nodes.together) {
      const { x, y } = scene.nodes.get(node);
      const radius = radiusOf(node) + 34;
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    const tint = document.documentElement.dataset.theme === 'dark' ? 0.13 : 0.085;
    context.globalAlpha = state.community >= 0 && state.community !== community ? tint / 3 : tint;
    context.fillStyle = regionColour(community);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** The nodes of the map by community, kept while the scene is the same. */
function communitiesDrawn() {
  if (scene.communities) return scene.communities;
  scene.communities = new Map();
  for (const node of scene.nodes.keys()) {
    const community = DATA.community[node];
    if (community < 0) continue;
    if (!scene.communities.has(community)) scene.communities.set(community, []);
    scene.communities.get(community).push(node);
  }
  scene.communities.forEach((nodes) => { nodes.together = nodes.filter((node) => nodes.some((other) => other !== node && isBeside(node, other))); });
  return scene.communities;
}

/** Whether two nodes lie so close that the tints under them touch: one that lies apart has none. */
function isBeside(one, other) {
  const [first, second] = [scene.nodes.get(one), scene.nodes.get(other)];
  return Math.hypot(first.x - second.x, first.y - second.y) < 110;
}

/** Where all are large, as in a large graph, so many names stand out. */
const MOST_STRONG = 14;

/** Draw the names that have room, the most important first. */
function drawLabels(context) {
  const scale = picture.network.getScale();
  const room = new Room(scale);
  const ordered = labelOrder();
  const must = ordered.slice(0, ordered.must);
  const onMap = state.view === 'map';
  // No name covers a node; on the map, which is full of them, no lesser name one of the greatest.
  if (!onMap) holdNodes(room, scene.nodes.keys());
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.lineJoin = 'round';
  for (const node of must) drawLabel(context, node, scale, room, { must: true, strong: true });
  const others = ordered.slice(ordered.must);
  const weaker = others.findIndex((node, place) => place >= MOST_STRONG || DATA.radius[node] <= 14);
  const strong = others.slice(0, weaker < 0 ? others.length : weaker);
  for (const node of strong) drawLabel(context, node, scale, room, { strong: true });
  if (onMap) holdNodes(room, strong);
  if (onMap && !picture.lit && DATA.communities.length > 1) drawRegionNames(context, scale, room);
  for (const node of others.slice(strong.length)) drawLabel(context, node, scale, room, {});
}

/** Keep the places of those of some nodes that stand out. */
function holdNodes(room, nodes) {
  for (const node of nodes) {
    const { x, y } = scene.nodes.get(node);
    const reach = 0.8 * radiusOf(node);
    if (!picture.lit || picture.lit.has(node)) room.hold(x - reach, y - reach, 2 * reach, 2 * reach);
  }
}

/** Nodes in the order of their right to a label; the first `must` are named in any case. Kept until the look changes. */
function labelOrder() {
  if (scene.order) return scene.order;
  const ends = state.edge >= 0 ? [EDGES[state.edge].a, EDGES[state.edge].b] : [];
  const weight = (node) => (node === picture.hovered ? 1e6 : 0) + (node === state.node || node === state.centre || ends.includes(node) ? 1e5 : 0)
    + (state.pinned.includes(node) || state.view === 'path' ? 1e4 : 0) + (picture.lit && picture.lit.has(node) ? 1e3 : 0)
    + (isPaper(node) ? DATA.radius[node] * 0.5 : DATA.radius[node] + DATA.entities.papers[node] * 1e-6);
  const shown = [...scene.nodes.keys()].filter((node) => !picture.lit || picture.lit.has(node) || node === picture.hovered);
  const ordered = shown.map((node) => [weight(node), node]).sort((one, two) => two[0] - one[0] || one[1] - two[1]).map(([, node]) => node);
  ordered.must = ordered.filter((node) => weight(node) >= 1e4).length;
  scene.order = ordered;
  return ordered;
}

const LETTERS = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const textWidths = new Map();

/** The width of a text for letters of size 1, measured once. */
function textWidth(context, text, weight) {
  const key = `${weight}${text}`;
  if (!textWidths.has(key)) {
    context.font = `${weight} 100px ${LETTERS}`;
    textWidths.set(key, context.measureText(text).width / 100);
  }
  return textWidths.get(key);
}

function drawLabel(context, node, scale, room, { must = false, strong = false }) {
  const wanted = must ? 14 : Math.min(strong ? 14 : 12, Math.max(11, DATA.radius[node] * 0.9));
  const size = (wanted * picture.ink.letter) / scale;
  const text = labelOf(node);
  const weight = strong ? 600 : 400;
  const width = textWidth(context, text, weight) * size;
  const places = labelPlaces(node, width, size * 1.2, scale);
  const place = places.find(([x, y]) => room.take(x - width / 2, y, width, size * 1.2)) || (must && places[0]);
  if (!place) return;
  context.font = `${weight} ${size}px ${LETTERS}`;
  context.lineWidth = 3.5 / scale;
  context.strokeStyle = picture.ink.ground;
  context.strokeText(text, ...place);
  context.fillStyle = strong ? picture.ink.text : picture.ink.muted;
  context.fillText(text, ...place);
}

/** Where the name of a node may stand (its middle and top), the best first: under it, over it, and, amid few nodes, beside it. */
function labelPlaces(node, width, height, scale) {
  const { x, y } = picture.network.body.nodes[node] || scene.nodes.get(node);
  const reach = radiusOf(node) + 4 / scale;
  const inside = withinWindow(x, width, scale);
  if (!Number.isFinite(inside)) return [];
  const aside = reach + 2 / scale + width / 2;
  const beside = scene.nodes.size > 150 ? [] : [x + aside, x - aside].filter((at) => withinWindow(at, width, scale) === at);
  return [[inside, y + reach], [inside, y - reach - height], ...beside.map((at) => [at, y - height / 2])];
}

/** The middle of a name, moved so that the window's edge does not cut it; Infinity for what lies outside. */
function withinWindow(x, width, scale) {
  const [left, right] = [0, byId('canvas').clientWidth].map((edge) => picture.network.DOMtoCanvas({ x: edge, y: 0 }).x);
  const margin = width / 2 + 6 / scale;
  return x < left || x > right ? Infinity : Math.max(left + margin, Math.min(right - margin, x));
}

const labelOf = (node) => shortened(nameOf(node).replace(/\s+/g, ' '), 34);

/** Name the communities by their most characteristic entities, a line each, where there is room. */
function drawRegionNames(context, scale, room) {
  const size = (14 * picture.ink.letter) / scale;
  context.font = `650 ${size}px ${LETTERS}`;
  for (const [community, nodes] of communitiesDrawn()) {
    const lines = (DATA.communities[community] || []).slice(0, 2).map((node) => shortened(nameOf(node), 34));
    if (!lines.length || nodes.length < 5) continue;
    const width = Math.max(...lines.map((line) => context.measureText(line).width));
    const places = regionNamePlaces(nodes, scale).map(({ x, y }) => ({ x: withinWindow(x, width, scale), y }));
    const place = places.find(({ x, y }) => Number.isFinite(x) && room.take(x - width / 2, y, width, size * 1.25 * lines.length));
    if (!place) continue;
    context.lineWidth = 5 / scale;
    context.strokeStyle = picture.ink.ground;
    context.fillStyle = regionColour(community);
    lines.forEach((line, row) => {
      context.strokeText(line, place.x, place.y + row * size * 1.2);
      context.fillText(line, place.x, place.y + row * size * 1.2);
    });
  }
}

/** Where the name of a region may stand: amid most of it, or over or under that; the median forgets strays. */
function regionNamePlaces(nodes, scale) {
  nodes.sorted ??= Object.fromEntries(['x', 'y'].map((axis) => [axis, nodes.map((node) => scene.nodes.get(node)[axis]).sort((one, two) => one - two)]));
  const part = (axis, share) => nodes.sorted[axis][Math.floor(share * (nodes.length - 1))];
  const x = part('x', 0.5);
  return [0.5, 0.3, 0.7, 0.15, 0.85].map((share) => ({ x, y: part('y', share) - 14 / scale }));
}

const communityName = (community, names = 3) => (DATA.communities[community] || []).slice(0, names)
  .map((node) => shortened(nameOf(node), 48)).join(' · ');

/** The places that labels have taken, in cells of the screen. */
class Room {
  constructor(scale) {
    this.scale = scale;
    this.cells = new Map();
  }

  /** The cells under a box. */
  keysOf(box) {
    const [left, top, right, bottom] = box.map((edge) => Math.floor(edge / 60));
    const keys = [];
    for (let column = left; column <= right; column += 1) for (let row = top; row <= bottom; row += 1) keys.push(column * 100003 + row);
    return keys;
  }

  /** Take a place, whatever is there. */
  hold(x, y, width, height) {
    const box = [x, y, x + width, y + height].map((edge) => edge * this.scale);
    for (const key of this.keysOf(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }

  /** Take a place if it is free; tell whether it was. */
  take(x, y, width, height) {
    const box = [x, y, x + width, y + height].map((edge) => edge * this.scale);
    const covers = (other) => box[0] < other[2] + 4 && box[2] + 4 > other[0] && box[1] < other[3] + 2 && box[3] + 2 > other[1];
    if (this.keysOf(box).some((key) => (this.cells.get(key) || []).some(covers))) return false;
    this.hold(x, y, width, height);
    return true;
  }
}
