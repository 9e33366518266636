// The picture: vis-network draws nodes and edges; labels and regions are drawn here, so that none cover another.

const REGION_HUES = {
  light: ['#0072b2', '#b97f00', '#00855f', '#b5568a', '#c25400', '#2f8fc4', '#8a7e00', '#7350c4', '#8c5a3c', '#5b6673', '#a3409e', '#4d7a2e'],
  dark: ['#5fb4e6', '#f0b429', '#35cc9f', '#e39cc4', '#f58d50', '#8fd0f5', '#d8cb3e', '#b39bff', '#d3a184', '#aab4c2', '#e08fdc', '#9ccb73'],
};
const regionColour = (community) => {
  const hues = REGION_HUES[document.documentElement.dataset.theme] || REGION_HUES.light;
  return hues[community % hues.length];
};
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

const picture = { network: null, nodes: null, edges: null, lit: null, hovered: -1, held: false, dragged: new Map(), ink: {}, frame: '', dense: false };

/** With more ties than this they are left out while the picture moves. */
const SMOOTH_EDGES = 1500;

const communityColour = (node) => (DATA.community[node] < 0 ? picture.ink.muted : regionColour(DATA.community[node]));

function readInk() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  picture.ink = { text: read('text'), muted: read('muted'), ground: read('ground'), line: read('line'), accent: read('accent') };
  // Letters of the picture grow with those of the page.
  picture.ink.letter = Number.parseFloat(read('scale')) || 1;
  // On a telephone the map is small, and its nodes would be dots.
  picture.ink.node = byId('stage').clientWidth < 500 ? 1.5 : 1;
  for (const type of TYPES) picture.ink[type] = read(type);
}

function startPicture() {
  readInk();
  picture.nodes = new vis.DataSet();
  picture.edges = new vis.DataSet();
  picture.network = new vis.Network(byId('canvas'), { nodes: picture.nodes, edges: picture.edges }, DATA.look.options);
  const { network } = picture;
  network.on('click', (event) => {
    if (event.nodes.length) go({ node: event.nodes[0], edge: -1 });
    else if (event.edges.length) go({ edge: event.edges[0], node: -1 });
    else if (state.node >= 0 || state.edge >= 0) go({ node: -1, edge: -1 });
  });
  network.on('doubleClick', (event) => event.nodes.length && expand(event.nodes[0]));
  // vis-network counts the time between two clicks as it comes to them, which may be late; the browser knows better.
  byId('canvas').addEventListener('dblclick', ({ clientX, clientY }) => {
    const { left, top } = byId('canvas').getBoundingClientRect();
    const node = network.getNodeAt({ x: clientX - left, y: clientY - top });
    if (node !== undefined) expand(node);
  });
  network.on('hoverNode', ({ node, event }) => hover(node, event));
  network.on('blurNode', () => hover(-1));
  network.on('hoverEdge', ({ edge, event }) => showTip(edgeTip(EDGES[edge]), event));
  network.on('blurEdge', hideTip);
  network.on('dragStart', holdCamera);
  network.on('dragEnd', ({ nodes }) => nodes.forEach((node) => picture.dragged.set(node, network.getPosition(node))));
  network.on('zoom', holdCamera);
  network.on('beforeDrawing', drawRegions);
  network.on('afterDrawing', drawLabels);
  new ResizeObserver(followSize).observe(byId('canvas'));
}

/** The person moved the camera: it stays where it is. */
function holdCamera() {
  picture.held = true;
  hideTip();
}

function followSize() {
  readInk();
  picture.network.setSize('100%', '100%');
  if (picture.held) picture.network.redraw();
  else fitPicture(false);
}

/** Add the neighbours of a node to the picture: all, or those of one role or kind of tie. */
const expand = (node, by = '') => {
  const known = state.expanded.some((one) => one.node === node && one.by === by);
  if (state.view === 'path') lookAround(node);
  else go({ expanded: known ? state.expanded : [...state.expanded, { node, by }], node, edge: -1 });
};

/** Draw the scene; the camera moves only where the view is another. */
function drawScene() {
  const { nodes, edges } = scene;
  picture.lit = litNodes();
  scene.order = null;
  const frame = JSON.stringify([state.view, state.centre, state.depth, state.from, state.to, state.community, state.chosen]);
  const moved = frame !== picture.frame;
  // What was dragged stays there while the view is the same.
  if (moved) picture.dragged.clear();
  picture.dragged.forEach((place, node) => nodes.has(node) && nodes.set(node, place));
  replaceAll(picture.nodes, [...nodes].map(([node, place]) => nodeLook(node, place)));
  replaceAll(picture.edges, edges.map(edgeLook));
  // Thousands of lines anew in every frame would make the movement stutter.
  const dense = edges.length > SMOOTH_EDGES;
  if (dense !== picture.dense) picture.network.setOptions({ interaction: { hideEdgesOnDrag: dense, hideEdgesOnZoom: dense } });
  picture.dense = dense;
  const first = picture.frame === '';
  picture.frame = frame;
  if (moved) fitPicture(!first);
  else if (state.node >= 0 && isDrawn(state.node)) bringIntoView(state.node);
}

/** Make a DataSet hold just these items, touching what changed. */
function replaceAll(set, items) {
  const wanted = new Set(items.map((item) => item.id));
  set.remove(set.getIds().filter((id) => !wanted.has(id)));
  set.update(items);
}

/** The nodes to stand out: the selection and its neighbours; null where nothing is selected. */
function litNodes() {
  if (state.edge >= 0) return new Set([EDGES[state.edge].a, EDGES[state.edge].b]);
  if (state.node >= 0 && isDrawn(state.node) && state.view !== 'path') {
    const near = knownEdgesOf(state.node).map((number) => otherEnd(EDGES[number], state.node));
    return new Set([state.node, ...near.filter(isDrawn)]);
  }
  if (state.view === 'map' && state.community >= 0) {
    return new Set([...scene.nodes.keys()].filter((node) => DATA.community[node] === state.community));
  }
  return null;
}

/** The radius of a node in the picture. */
const radiusOf = (node) => DATA.radius[node] * picture.ink.node * (node === state.centre ? 1.25 : 1);

function nodeLook(node, place) {
  const { ink, lit } = picture;
  const type = typeOf(node);
  const fill = state.colour === 'community' ? communityColour(node) : ink[type];
  const chosen = node === state.node || node === state.centre || state.pinned.includes(node);
  const background = type === 'paper' ? ink.ground : fill;
  return {
    id: node,
    x: Math.round(place.x),
    y: Math.round(place.y),
    shape: DATA.look.shapes[type],
    size: radiusOf(node),
    opacity: lit && !lit.has(node) ? 0.16 : 1,
    borderWidth: chosen ? 3.5 : type === 'paper' ? 2 : 1,
    borderWidthSelected: 3.5,
    color: {
      background, border: chosen ? ink.accent : type === 'paper' ? fill : ink.ground,
      highlight: { background, border: ink.accent }, hover: { background, border: ink.accent },
    },
  };
}

function edgeLook(number) {
  const edge = EDGES[number];
  const { ink, lit } = picture;
  const chosen = number === state.edge;
  const touching = edge.a === state.node || edge.b === state.node;
  const dim = lit && !chosen && !touching && !(state.view === 'map' && state.community >= 0 && lit.has(edge.a) && lit.has(edge.b));
  const onPath = state.view === 'path';
  const colour = chosen || (touching && state.view === 'map') ? ink.accent : onPath ? ink.muted : ink.line;
  return {
    id: number,
    from: edge.a,
    to: edge.b,
    width: edgeWidth(edge) + (chosen || onPath ? 2 : 0),
    dashes: edge.kind === 'shared_technique' ? [6, 5] : edge.kind === 'broader' ? [2, 4] : false,
    arrows: edge.kind === 'broader' ? { to: { enabled: true, scaleFactor: 0.5 } } : '',
    color: { color: colour, highlight: ink.accent, hover: ink.accent, opacity: dim ? 0.12 : chosen || onPath ? 1 : 0.65 },
  };
}

function edgeWidth(edge) {
  if (edge.kind === 'co_mention') return 0.8 + 3.2 * Math.sqrt(edge.weight / (FACTS.strongest || 1));
  if (edge.kind === 'shared_technique') return 1 + Math.min(2, edge.weight / 1.25);
  return 1;
}

/** Bring all that is drawn into the window, with room for labels at the sides. */
function fitPicture(moving = true) {
  const places = [...scene.nodes.values()];
  if (!places.length) return;
  picture.held = false;
  const { clientWidth: width, clientHeight: height } = byId('canvas');
  const [x, y] = ['x', 'y'].map((axis) => places.map((place) => place[axis]).reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]));
  const side = Math.min(90, width * 0.1);
  // What tells where one is lies over the picture.
  const top = Math.max(0, byId('crumbs').getBoundingClientRect().bottom - byId('canvas').getBoundingClientRect().top) + 20;
  const bottom = 42;
  const scale = Math.min(1.35 * picture.ink.letter, (width - 2 * side) / (x[1] - x[0] + 1), Math.max(60, height - top - bottom) / (y[1] - y[0] + 1));
  picture.network.moveTo({
    position: { x: (x[0] + x[1]) / 2, y: (y[0] + y[1]) / 2 - (top - bottom) / 2 / scale },
    scale: Math.max(0.05, scale),
    animation: moving && !calm.matches ? { duration: 420, easingFunction: 'easeInOutQuad' } : false,
  });
}

function bringIntoView(node) {
  const place = picture.network.canvasToDOM(scene.nodes.get(node));
  const { clientWidth: width, clientHeight: height } = byId('canvas');
  if (place.x > 40 && place.y > 60 && place.x < width - 40 && place.y < height - 40) return;
  picture.network.moveTo({ position: scene.nodes.get(node), animation: calm.matches ? false : { duration: 350, easingFunction: 'easeInOutQuad' } });
}

const zoomBy = (factor) => picture.network.moveTo({ scale: picture.network.getScale() * factor, animation: calm.matches ? false : { duration: 160, easingFunction: 'easeOutQuad' } });

function hover(node, event) {
  picture.hovered = node;
  scene.order = null;
  byId('canvas').classList.toggle('over', node >= 0);
  if (node < 0) hideTip();
  else showTip([quoted(shortened(nameOf(node), 200), { class: 'name' }), element('span', {}, nodeLine(node))], event);
}

const nodeLine = (node) => (isPaper(node)
  ? ['paper', DATA.papers.date[paperOf(node)], plural(entityCount(node), 'entity', 'entities')].filter(Boolean).join(' · ')
  : `${typeOf(node)} · ${plural(DATA.entities.papers[node], 'paper', 'papers')}`);

function edgeTip(edge) {
  const told = {
    co_mention: () => `together in ${plural(edge.papers, 'paper', 'papers')}, NPMI ${edge.npmi.toFixed(2)}`,
    mentions: () => `${ROLE_NAMES[edge.role]}, confidence ${edge.confidence.toFixed(2)}`,
    shared_technique: () => plural(edge.techniques.length, 'shared technique', 'shared techniques'),
    broader: () => 'is a kind of',
  }[edge.kind]();
  return [quoted(shortened(nameOf(edge.a), 60), { class: 'name' }), element('span', {}, told), quoted(shortened(nameOf(edge.b), 60), { class: 'name' })];
}

function showTip(content, event) {
  const tip = byId('tip');
  tip.replaceChildren(...content);
  tip.hidden = false;
  const stage = byId('stage').getBoundingClientRect();
  const x = Math.min(event.clientX - stage.left + 14, stage.width - tip.offsetWidth - 8);
  const y = Math.min(event.clientY - stage.top + 16, stage.height - tip.offsetHeight - 8);
  tip.style.transform = `translate(${Math.max(8, x)}px, ${Math.max(8, y)}px)`;
}

function hideTip() { byId('tip').hidden = true; }
