// The source of the page of `kgraph serve`: it asks the server for what a view needs, and keeps what it has learnt.

/** Answers that are kept, by what was asked. */
const asked = new Map();
const MOST_ASKED = 400;
/** The nodes that pass under each set of filters, as far as the server has said. */
const passingUnder = new Map();
const tieCounts = [];
let reading = null;

class Trouble extends Error {
  constructor(message, stale = false) {
    super(message);
    this.stale = stale;
  }
}

let underWay = 0;

/** Say for programs that read the page whether anything is on its way. */
function countUnderWay(change) {
  underWay += change;
  byId('stage').setAttribute('aria-busy', String(underWay > 0));
}

/** Ask the server; the same is asked once. */
function ask(what, wanted, sieve = {}) {
  const query = new URLSearchParams({ build: DATA.served.build });
  for (const [name, value] of Object.entries({ ...wanted, ...sieve })) {
    if (Array.isArray(value)) value.forEach((one) => query.append(name, one));
    else query.set(name, String(value));
  }
  const address = `api/page/${what}?${query}`;
  if (!asked.has(address)) {
    const answer = fetchPiece(address);
    asked.set(address, answer);
    answer.catch(() => asked.delete(address));
    if (asked.size > MOST_ASKED) asked.delete(asked.keys().next().value);
  }
  return asked.get(address);
}

async function fetchPiece(address) {
  countUnderWay(1);
  try {
    return await answerAt(address);
  } finally {
    countUnderWay(-1);
  }
}

async function answerAt(address) {
  let response;
  try {
    response = await fetch(address, { headers: { Accept: 'application/json' } });
  } catch {
    throw new Trouble('The server does not answer.');
  }
  if (response.ok) {
    const piece = await response.json();
    learn(piece);
    return piece;
  }
  const problem = await response.json().catch(() => ({}));
  if (response.status === 409) throw new Trouble('The graph was built anew since this page was loaded.', true);
  throw new Trouble(problem.detail ? `The server says: ${problem.detail}.` : `The server failed (${response.status}).`);
}

/** Add a piece to what is known. */
function learn({ entities, papers, edges, texts }) {
  const place = (column, row, node) => {
    for (const name of ['x', 'y', 'radius', 'community']) DATA[name][node] = column[name][row];
    tieCounts[node] = column.ties[row];
    NODE_OF_ID.set(column.id[row], node);
  };
  entities.number.forEach((node, row) => {
    for (const name of ['id', 'name', 'type', 'papers', 'mentions']) DATA.entities[name][node] = entities[name][row];
    place(entities, row, node);
  });
  papers.number.forEach((node, row) => {
    for (const name of ['id', 'title', 'date', 'url']) DATA.papers[name][paperOf(node)] = papers[name][row];
    if (papers.summary[row]) SUMMARIES.add(paperOf(node));
    place(papers, row, node);
  });
  addEdges(edges.number.map((_, row) => readEdge(edges, row)));
  if (texts) learnTexts(texts);
}

function readEdge({ number, kind, a, b, weight, count: counts, sentences, npmi, role, techniques }, row) {
  const edge = { number: number[row], kind: KINDS[kind[row]], a: a[row], b: b[row], weight: weight[row] };
  if (edge.kind === 'co_mention') return { ...edge, papers: counts[row], sentences: sentences[row], npmi: npmi[row] };
  if (edge.kind === 'mentions') return { ...edge, role: DATA.roles[role[row]], roleNumber: role[row], confidence: weight[row], mentions: counts[row] };
  return edge.kind === 'shared_technique' ? { ...edge, techniques: techniques[row] } : edge;
}

function learnTexts({ number, abstract, authors, identifiers, mentions }) {
  const fresh = new Set();
  number.forEach((node, row) => {
    const paper = paperOf(node);
    if (DATA.papers.abstract[paper] !== undefined) return;
    fresh.add(paper);
    Object.assign(DATA.papers.abstract, { [paper]: abstract[row] });
    Object.assign(DATA.papers.authors, { [paper]: authors[row] });
    Object.assign(DATA.papers.identifiers, { [paper]: identifiers[row] });
  });
  const first = DATA.mentions.paper.length;
  mentions.paper.forEach((paper, row) => {
    if (fresh.has(paper)) for (const [name, column] of Object.entries(mentions)) DATA.mentions[name].push(column[row]);
  });
  addMentions(first);
}

/** The filters of a state as the server takes them; what is as at the start is left out. */
const sieveOf = (wanted) => Object.fromEntries(FILTER_KEYS.filter((key) => JSON.stringify(wanted[key]) !== JSON.stringify(START[key]))
  .map((key) => [key, Array.isArray(wanted[key]) ? wanted[key].join(',') : wanted[key]]));
const keyOf = (sieve) => JSON.stringify(sieve);

function notePassing(sieve, nodes) {
  const key = keyOf(sieve);
  if (!passingUnder.has(key)) passingUnder.set(key, new Set());
  nodes.forEach((node) => passingUnder.get(key).add(node));
}

/** Whether the papers of an entity have to be counted anew to tell whether it passes. */
const needsCounting = (wanted) => wanted.offRoles.length || wanted.leastConfidence > 0 || wanted.since || wanted.until || wanted.hidden.some(isPaper);

const overviewOf = (wanted, sieve) => (keyOf(sieve) === '{}' && !wanted.more && !wanted.papers
  ? DATA.overview : ask('overview', { more: Number(wanted.more), papers: Number(wanted.papers) }, sieve));

/** The answers for the state shown: {overview, near, path}. */
let here = { overview: DATA.overview, near: new Map(), path: null };

/** What an act returns as if a state, with the answers for it, were shown already. */
function asIf(wanted, answers, act) {
  const kept = [state, here];
  [state, here] = [wanted, answers];
  try {
    return act();
  } finally {
    [state, here] = kept;
  }
}

/** Fetch what a view needs, and return its answers. What is drawn decides which ties are needed, so these come last. */
async function fetchFor(wanted) {
  const sieve = sieveOf(wanted);
  const [overview, near, found] = await Promise.all([overviewOf(wanted, sieve), fetchAround(wanted, sieve), fetchPath(wanted, sieve), fetchNamed(wanted, sieve)]);
  notePassing(sieve, overview.map);
  const answers = { overview, near, path: found };
  if (wanted.view === 'ego' && wanted.depth > 1) {
    const grown = asIf(wanted, answers, () => grownNodes(neighboursToDraw(wanted.centre)));
    await askAround(grown, '', sieve);
  }
  const { places, hubs, only } = asIf(wanted, answers, scenePlaces);
  const chosen = [...new Set([...hubs, wanted.node])].filter((node) => node >= 0);
  // The map comes with its ties.
  const isPlainMap = wanted.view === 'map' && !chosen.length && !wanted.pinned.length && !wanted.expanded.length;
  if (!isPlainMap && (!only || wanted.node >= 0)) await ask('among', { nodes: [...places.keys()].join(','), hubs: chosen.join(',') }, sieve);
  return answers;
}

async function fetchAround(wanted, sieve) {
  const ways = new Map();
  const add = (node, by) => ways.set(by, [...(ways.get(by) || []), node]);
  if (wanted.view === 'ego') add(wanted.centre, '');
  wanted.expanded.forEach(({ node, by }) => add(node, by));
  const pieces = await Promise.all([...ways].map(([by, nodes]) => askAround(nodes, by, sieve)));
  const whole = pieces.filter((_, place) => [...ways.keys()][place] === '');
  return new Map(whole.flatMap((piece) => piece.near));
}

async function askAround(nodes, way, sieve) {
  if (!nodes.length) return { near: [] };
  const piece = await ask('around', { nodes: nodes.join(','), way }, sieve);
  const around = new Set(nodes);
  notePassing(sieve, piece.edges.a.flatMap((a, row) => (around.has(a) ? [piece.edges.b[row]] : [a])));
  notePassing(sieve, piece.edges.a.filter((a, row) => around.has(piece.edges.b[row])));
  return piece;
}

async function fetchPath(wanted, sieve) {
  if (wanted.view !== 'path') return null;
  const { order } = await ask('path', { a: wanted.from, b: wanted.to }, sieve);
  return order;
}

/** Nodes that are asked for by name pass or not: only the server can tell. */
async function fetchNamed(wanted, sieve) {
  const nodes = [wanted.node, ...wanted.chosen].filter((node) => node >= 0 && !isPaper(node));
  if (!needsCounting(wanted) || !nodes.length) return;
  const { passing } = await ask('named', { id: nodes.map(idOf) }, sieve);
  notePassing(sieve, passing);
}

/** A list on the server, taken a part at a time. */
function paged(what, wanted, total, itemOf = (item) => item, sieve = {}) {
  const listing = {
    total,
    async take(from, to) {
      const { order, total: all } = await ask(what, { ...wanted, start: from, limit: Math.max(1, Math.min(1000, to - from)) }, sieve);
      listing.total = all;
      return order.map(itemOf);
    },
  };
  return listing;
}

/** Papers whose texts are wanted are asked for together. */
function readTexts(papers) {
  const missing = papers.filter((node) => DATA.papers.abstract[paperOf(node)] === undefined);
  if (!missing.length) return null;
  reading ??= { nodes: new Set(), answer: Promise.resolve().then(fetchTexts) };
  missing.forEach((node) => reading.nodes.add(node));
  return reading.answer;
}

async function fetchTexts() {
  const nodes = [...reading.nodes];
  reading = null;
  const parts = Array.from({ length: Math.ceil(nodes.length / 200) }, (_, part) => nodes.slice(200 * part, 200 * part + 200));
  await Promise.all(parts.map((part) => ask('texts', { nodes: part.join(',') })));
}

const source = {
  async prepare(wanted) {
    const answers = await fetchFor(wanted);
    return () => { here = answers; };
  },
  /** Learn of nodes by their ids, and of ties by kind and ids; null where all are known. */
  know({ ids, ties = [] }) {
    const missing = [...new Set(ids)].filter((id) => !NODE_OF_ID.has(id));
    const unknown = ties.filter(([kind, ...ends]) => {
      const [a, b] = ends.map((id) => NODE_OF_ID.get(id));
      return a === undefined || b === undefined || edgeBetween(kind, a, b) === undefined;
    });
    if (!missing.length && !unknown.length) return null;
    return ask('named', { id: missing, tie: unknown.map((parts) => parts.map(encodeURIComponent).join(',')) });
  },
  texts: readTexts,
  nodesAmong: (ids) => ids,
  /** As much of a long list as is taken away. */
  mostTaken: 5000,
  stands(node) {
    if (isPaper(node)) return paperInTime(paperOf(node));
    if (!needsCounting(state)) return DATA.entities.papers[node] >= state.leastPapers;
    return Boolean(passingUnder.get(keyOf(sieveOf(state)))?.has(node));
  },
  tieCounts: (node) => tieCounts[node],
  map: () => here.overview.map,
  counts: () => here.overview.counts,
  near: (node) => here.near.get(node) ?? 0,
  path: () => here.path,
  async find(text, limit) {
    if (!squeezed(text)) return [];
    const { hits } = await ask('find', { q: text.slice(0, 300), limit });
    return hits.map(([node, spelling, score]) => ({ node, text: spelling, score }));
  },
  ties: (node, way, order = 'weight') => paged('ties', { node, way, order }, way === 'named' ? entityCount(node) : tieCount(node, way), (number) => EDGES[number]),
  aliases: async (node) => (await ask('aliases', { node })).aliases,
  both: (a, b) => paged('both', { a, b }, EDGES[edgeBetween('co_mention', a, b)]?.papers ?? Infinity),
  top(type) {
    const { total, take } = paged('top', { type }, FACTS.types[type]);
    const first = DATA.overview.top[type];
    return { total, take: (from, to) => (to <= first.length ? first.slice(from, to) : take(from, to)) };
  },
  table(name, { column, falling }) {
    const { view, community } = state;
    const among = view === 'map' ? {} : { nodes: [...scene.nodes.keys()].join(',') };
    return paged('table', { name, column, falling: Number(falling), community: view === 'map' ? community : -1, ...among }, Infinity, undefined, sieveOf(state));
  },
  naming: (entities) => paged('naming', { nodes: entities.join(',') }, Infinity, undefined, sieveOf(state)),
};

for (const name of ['x', 'y', 'radius', 'community']) DATA[name] = [];
learn(DATA.overview);
