// Taking away what is shown: pictures, tables, references.

async function takeAll(listing) {
  const items = [];
  for (let more = true; more;) {
    const found = await listing.take(items.length, Math.min(listing.total, source.mostTaken, items.length + 1000));
    items.push(...found);
    more = found.length > 0 && items.length < Math.min(listing.total, source.mostTaken);
  }
  if (items.length < listing.total) tellCut(items.length, listing.total);
  return items;
}

const tellCut = (taken, all) => tellProblem(new Error(`The file has the first ${count(taken)} of ${count(all)}; "kgraph export" writes all.`));

/** What is shown: the picture, or all that the tables have. */
async function shownGraph() {
  if (!state.table) return { nodes: [...scene.nodes.keys()], edges: scene.edges.map((number) => EDGES[number]) };
  const rows = (name) => takeAll(source.table(name, { column: TABLES[name].order, falling: true }));
  const [entities, papers, ties] = [await rows('entities'), await rows('papers'), await rows('ties')];
  return { nodes: [...entities, ...papers], edges: ties.map((number) => EDGES[number]) };
}

/** The papers that are shown; where none are, those of the selection, or those that name what is drawn. */
async function shownPapers() {
  const { nodes } = await shownGraph();
  const shown = nodes.filter(isPaper);
  const papers = shown.length ? shown : await takeAll(source.naming(state.node >= 0 ? [state.node] : nodes));
  await source.texts(papers);
  return papers;
}

const saveGraph = async (name, type, write) => save(name, type, write(await shownGraph()));
const savePapers = async (name, type, write) => save(name, type, write(await shownPapers()));

const TAKEAWAYS = [
  ['Picture as PNG', () => byId('canvas').querySelector('canvas') && pictureAsPng()],
  ['Picture as SVG', () => save('graph.svg', 'image/svg+xml', pictureAsSvg())],
  ['Nodes as CSV', () => saveGraph('nodes.csv', 'text/csv', nodesAsCsv)],
  ['Edges as CSV', () => saveGraph('edges.csv', 'text/csv', edgesAsCsv)],
  ['Graph as GraphML', () => saveGraph('graph.graphml', 'application/xml', graphAsGraphml)],
  ['Graph as Turtle', () => saveGraph('graph.ttl', 'text/turtle', graphAsTurtle)],
  ['Papers as BibTeX', () => savePapers('papers.bib', 'application/x-bibtex', papersAsBibtex)],
  ['Papers as CSV', () => savePapers('papers.csv', 'text/csv', papersAsCsv)],
  ['Copy a link to this view', copyLink],
];

function save(name, type, content) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = element('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  announce(`Saved ${name}`);
}

function copyLink() {
  const done = () => announce('The link is copied');
  if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(window.location.href).then(done, () => window.prompt('Link to this view', window.location.href));
  else window.prompt('Link to this view', window.location.href);
}

function pictureAsPng() {
  const drawn = byId('canvas').querySelector('canvas');
  const copy = element('canvas', { width: drawn.width, height: drawn.height });
  const context = copy.getContext('2d');
  context.fillStyle = picture.ink.ground;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(drawn, 0, 0);
  copy.toBlob((blob) => save('graph.png', 'image/png', blob));
}

function pictureAsSvg() {
  const { nodes, edges } = scene;
  const places = [...nodes.values()];
  const [left, top] = ['x', 'y'].map((axis) => Math.min(...places.map((place) => place[axis])) - 80);
  const [right, bottom] = ['x', 'y'].map((axis) => Math.max(...places.map((place) => place[axis])) + 80);
  const room = new Room(1);
  const drawing = vector('svg', { xmlns: SVG, viewBox: `${left} ${top} ${right - left} ${bottom - top}`, 'font-family': 'system-ui, sans-serif', 'font-size': 12 },
    vector('rect', { x: left, y: top, width: right - left, height: bottom - top, fill: picture.ink.ground }),
    ...edges.map((number) => svgEdge(EDGES[number], nodes)),
    ...[...nodes].map(([node, place]) => svgNode(node, place)),
    ...labelOrder().flatMap((node) => svgLabel(node, nodes.get(node), room)));
  return new XMLSerializer().serializeToString(drawing);
}

const svgEdge = (edge, nodes) => vector('line', {
  x1: nodes.get(edge.a).x, y1: nodes.get(edge.a).y, x2: nodes.get(edge.b).x, y2: nodes.get(edge.b).y,
  stroke: picture.ink.line, 'stroke-width': edgeWidth(edge).toFixed(1), ...(edge.kind === 'shared_technique' ? { 'stroke-dasharray': '6 5' } : {}),
});

function svgNode(node, { x, y }) {
  const shape = outline(DATA.look.shapes[typeOf(node)], DATA.radius[node]);
  const fill = state.colour === 'community' ? communityColour(node) : picture.ink[typeOf(node)];
  const attributes = isPaper(node) ? { fill: picture.ink.ground, stroke: fill, 'stroke-width': 2 } : { fill };
  for (const [name, value] of Object.entries({ ...attributes, transform: `translate(${x} ${y})` })) shape.setAttribute(name, value);
  return shape;
}

function svgLabel(node, { x, y }, room) {
  const text = labelOf(node);
  const top = y + DATA.radius[node] + 14;
  if (!room.take(x - text.length * 3.3, top - 11, text.length * 6.6, 14)) return [];
  return [vector('text', { x, y: top, 'text-anchor': 'middle', fill: picture.ink.text }, text)];
}
