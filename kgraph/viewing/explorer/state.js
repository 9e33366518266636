// What the person looks at, and the same in the address, so that a view can be reopened or shared.

const START = Object.freeze({
  view: 'map', // map, ego (around a node), path (between two) or chosen (nodes of an answer)
  node: -1, // selected
  edge: -1, // selected
  centre: -1, // of the ego view
  depth: 1,
  from: -1, // of the path
  to: -1,
  table: '',
  ask: false, // the SPARQL tab
  query: '', // as last run there
  community: -1,
  colour: 'type',
  papers: false, // on the map
  more: false, // nodes on the map
  chosen: [], // without any, those of the query that the page was made for
  expanded: [], // {node, by}: by a kind of tie or a role, or '' for all
  hidden: [],
  pinned: [],
  offTypes: [],
  offKinds: [],
  offRoles: [],
  leastPapers: 1, // of an entity
  leastTogether: DATA.leastPapers, // papers of a co-mention
  leastWeight: 0,
  leastConfidence: 0,
  since: 0,
  until: 0,
});

/** The nodes that the page was made to show, where it was made for the answer to a query. */
const ANSWER = DATA.start.chosen.map((id) => NODE_OF_ID.get(id)).filter((node) => node !== undefined);

/** What is shown, and what will be when all that it needs has come. */
let state = START;
let wanted = START;
let written = null;

const NODE_KEYS = ['node', 'centre', 'from', 'to'];
const NODE_LISTS = ['chosen', 'hidden', 'pinned'];
const LISTS = { offTypes: TYPES, offKinds: KINDS, offRoles: DATA.roles };
const CHOICES = { view: ['map', 'ego', 'path', 'chosen'], table: ['', 'entities', 'papers', 'ties'], colour: ['type', 'community'] };
const NUMBERS = ['depth', 'community', 'leastPapers', 'leastTogether', 'leastWeight', 'leastConfidence', 'since', 'until'];

/** Write a state as the part of the address after #. What is as at the start is left out. */
function toHash(wanted) {
  const parts = [];
  const put = (key, value) => parts.push(`${key}=${value}`);
  const code = encodeURIComponent;
  for (const key of [...Object.keys(CHOICES), ...NUMBERS]) if (wanted[key] !== START[key]) put(key, code(wanted[key]));
  if (wanted.papers) put('papers', 1);
  if (wanted.more) put('more', 1);
  if (wanted.expanded.length) put('expanded', wanted.expanded.map(({ node, by }) => code(idOf(node)) + (by && `;${by}`)).join(','));
  if (wanted.ask) put('ask', 1);
  if (wanted.query) put('query', code(wanted.query));
  for (const key of NODE_KEYS) if (wanted[key] >= 0) put(key, code(idOf(wanted[key])));
  for (const key of NODE_LISTS) if (wanted[key].length) put(key, wanted[key].map((node) => code(idOf(node))).join(','));
  for (const key of Object.keys(LISTS)) if (wanted[key].length) put(key, wanted[key].join(','));
  if (wanted.edge >= 0) {
    const edge = EDGES[wanted.edge];
    put('edge', [edge.kind, idOf(edge.a), idOf(edge.b)].map(code).join(','));
  }
  return parts.join('&');
}

/** Read a state from the address. What the graph does not have is left out. */
function fromHash(hash) {
  const read = { ...START };
  for (const part of hash.replace(/^#/, '').split('&')) {
    const [key, value = ''] = part.split('=', 2);
    const items = value.split(',').map(decoded).filter((item) => item !== '');
    const nodes = items.map((item) => NODE_OF_ID.get(item)).filter((node) => node !== undefined);
    if (NODE_KEYS.includes(key) && nodes.length) [read[key]] = nodes;
    else if (NODE_LISTS.includes(key)) read[key] = nodes;
    else if (key in LISTS) read[key] = items.filter((item) => LISTS[key].includes(item));
    else if (key in CHOICES && CHOICES[key].includes(items[0] || '')) read[key] = items[0] || '';
    else if (NUMBERS.includes(key) && Number.isFinite(Number(items[0]))) read[key] = Number(items[0]);
    else if (key === 'expanded') read.expanded = value.split(',').flatMap(expansionOf);
    else if (key === 'papers' || key === 'more') read[key] = true;
    else if (key === 'ask') read.ask = Boolean(DATA.ask);
    else if (key === 'query' && DATA.ask) read.query = decoded(value);
    else if (key === 'edge' && items.length === 3) read.edge = edgeOfIds(items);
  }
  read.depth = read.depth >= 2 ? 2 : 1;
  if (read.view === 'ego' && read.centre < 0) read.view = 'map';
  if (read.view === 'chosen' && !chosenNodes(read).length) read.view = 'map';
  if (read.view === 'path' && (read.from < 0 || read.to < 0)) read.view = 'map';
  return read;
}

function expansionOf(text) {
  const [id, by = ''] = text.split(';');
  const node = NODE_OF_ID.get(decoded(id));
  return node === undefined || (by && !WAYS.includes(by)) ? [] : [{ node, by }];
}

const chosenNodes = ({ chosen }) => (chosen.length ? chosen : ANSWER);

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return ''; }
}

function edgeOfIds([kind, first, second]) {
  const [a, b] = [NODE_OF_ID.get(first), NODE_OF_ID.get(second)];
  if (a === undefined || b === undefined) return -1;
  return edgeBetween(kind, a, b) ?? -1;
}

/** The nodes and ties that an address names: {ids, ties: [kind, id, id]}. */
function namedIn(hash) {
  const named = { ids: [], ties: [] };
  for (const part of hash.split('&')) {
    const [key, value = ''] = part.split('=', 2);
    const items = value.split(',').map((item) => decoded(item.split(';')[0])).filter((item) => item !== '');
    if (key === 'edge' && items.length === 3) named.ties.push(items);
    if (['expanded', ...NODE_KEYS, ...NODE_LISTS].includes(key)) named.ids.push(...items);
  }
  return named;
}

/** Go to a changed state: a new entry of the history, unless the change is a small one. */
function go(changes, { small = false } = {}) {
  wanted = { ...wanted, ...changes };
  const next = wanted;
  inTurn(source.prepare(next), (arrive) => {
    show(next, arrive, (hash) => {
      if (small) replaceHash(hash);
      else window.location.hash = hash;
    });
  }, () => go(changes, { small }));
}

function show(next, arrive, write) {
  if (arrive) arrive();
  state = next;
  const hash = toHash(state);
  written = hash;
  // Within a notebook the page has no address of its own.
  if (window.location.protocol !== 'about:') write(hash);
  render();
}

function replaceHash(hash) {
  try { window.history.replaceState(null, '', `#${hash}`); } catch { window.location.hash = hash; }
}

function followAddress() {
  const hash = window.location.hash.replace(/^#/, '');
  if (hash === written) return;
  inTurn(source.know(namedIn(hash)), () => {
    const next = fromHash(hash);
    wanted = next;
    // The address stays as it was given.
    inTurn(source.prepare(next), (arrive) => show(next, arrive, () => { written = hash; }), followAddress);
  }, followAddress);
}

const toggled = (list, item) => (list.includes(item) ? list.filter((one) => one !== item) : [...list, item]);

/** Show a node: where it is drawn, or else with its neighbourhood. */
function visit(node) {
  closeDrawers();
  if (state.ask || (isDrawn(node) && !state.table)) go({ node, edge: -1 });
  else lookAround(node);
}

const lookAround = (node) => go({
  view: 'ego', centre: node, node, edge: -1, expanded: [], table: '', ask: false, hidden: state.hidden.filter((one) => one !== node),
});
const showMap = () => go({ view: 'map', node: -1, edge: -1, centre: -1, from: -1, to: -1, expanded: [], chosen: [], table: '', ask: false, community: -1 });
