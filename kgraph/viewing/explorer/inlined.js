// The source of a page of one file: the whole graph is in it, and every question is answered at once.

function readEdges() {
  const { paperEntity, comentions, shared, entities } = DATA;
  let number = -1;
  const next = (edge) => { number += 1; return { number, ...edge }; };
  return [
    ...comentions.a.map((a, row) => next({
      kind: 'co_mention', a, b: comentions.b[row], papers: comentions.papers[row], sentences: comentions.sentences[row],
      npmi: comentions.npmi[row], weight: comentions.weight[row],
    })),
    ...paperEntity.paper.map((paper, row) => next({
      kind: 'mentions', a: ENTITIES + paper, b: paperEntity.entity[row], role: DATA.roles[paperEntity.role[row]],
      roleNumber: paperEntity.role[row], confidence: paperEntity.confidence[row], mentions: paperEntity.mentions[row],
      weight: paperEntity.confidence[row],
    })),
    ...shared.a.map((a, row) => next({
      kind: 'shared_technique', a: ENTITIES + a, b: ENTITIES + shared.b[row], weight: shared.weight[row],
      techniques: shared.techniques[row],
    })),
    ...entities.broader.flatMap((b, a) => (b >= 0 ? [next({ kind: 'broader', a, b, weight: 1 })] : [])),
  ];
}

addEdges(readEdges());
addMentions(0);
for (let node = NODES - 1; node >= 0; node -= 1) NODE_OF_ID.set(idOf(node), node);

/** Entities of which the page has no tie to a paper, as in a view of co-mentions alone: no filter of papers touches them. */
const UNTIED = Array.from({ length: ENTITIES }, (_, node) => node).filter((node) => !edgesOf(node, 'mentions').length);
const ALL_NODES = Array.from({ length: NODES }, (_, node) => node);

let passing = null;
let searchIndex = null;
const counted = [];

/** The filters' outcome for the state: {key, inTime: whether each paper passes, counts: passing papers of each entity}. */
function filtered() {
  const key = JSON.stringify(FILTER_KEYS.map((name) => state[name]));
  if (passing && passing.key === key) return passing;
  const hidden = new Set(state.hidden);
  const counts = new Int32Array(NODES);
  const inTime = Array.from({ length: PAPERS }, (_, paper) => paperInTime(paper) && !hidden.has(ENTITIES + paper));
  for (const edge of EDGES) {
    if (edge.kind !== 'mentions' || !roleAndConfidencePass(edge) || !inTime[paperOf(edge.a)]) continue;
    counts[edge.b] += 1;
    counts[edge.a] += 1;
  }
  for (const node of UNTIED) counts[node] = DATA.entities.papers[node];
  passing = { key, counts, inTime };
  return passing;
}

function mapNodes(counts) {
  const first = DATA.map.filter(nodePasses);
  const missing = (state.more ? LARGE_MAP_SIZE : MAP_SIZE) - first.length;
  const known = new Set(first);
  // What a filter took away makes room for the next.
  const next = missing > 0 && (state.more || isFiltered())
    ? ALL_NODES.slice(0, ENTITIES).filter((node) => !known.has(node) && nodePasses(node))
      .sort((one, two) => counts[two] - counts[one] || one - two).slice(0, missing)
    : [];
  const entities = [...first, ...next];
  return state.papers ? [...entities, ...mostConnectedPapers(new Set(entities))] : entities;
}

function mostConnectedPapers(drawn) {
  const tied = (node) => edgesOf(node, 'mentions').filter((edge) => drawn.has(edge.b) && edgePasses(edge)).length;
  return ALL_NODES.slice(ENTITIES).filter(nodePasses)
    .map((node) => [tied(node), node]).sort((one, two) => two[0] - one[0] || one[1] - two[1])
    .slice(0, PAPERS_ON_MAP).map(([, node]) => node);
}

/** The spellings of all nodes: [{node, text, plain, words}], made when first needed. */
function spellings() {
  if (searchIndex) return searchIndex;
  searchIndex = [];
  const add = (node, text) => {
    const short = text.slice(0, 300);
    searchIndex.push({ node, text: short, plain: squeezed(short), words: words(short) });
  };
  for (let node = 0; node < NODES; node += 1) {
    add(node, nameOf(node));
    if (isPaper(node)) {
      for (const [, value] of DATA.papers.identifiers[paperOf(node)]) add(node, value);
      continue;
    }
    for (const [alias] of DATA.entities.aliases[node]) if (alias !== nameOf(node)) add(node, alias);
  }
  return searchIndex;
}

/** The rows of a table, in its order: nodes, or numbers of ties. */
function rowsOfTable(name) {
  const nodes = nodesOfTable();
  if (name !== 'ties') return nodes.filter((node) => isPaper(node) === (name === 'papers'));
  const shown = new Set(nodes);
  return EDGES.filter((edge) => shown.has(edge.a) && shown.has(edge.b) && edgePasses(edge)).map(({ number }) => number);
}

/** All that passes the filters; around a node or along a path, what is drawn. */
function nodesOfTable() {
  if (state.view !== 'map') return [...scene.nodes.keys()];
  return ALL_NODES.filter((node) => nodePasses(node) && (state.community < 0 || DATA.community[node] === state.community));
}

const source = {
  /** Nothing is missing. */
  prepare: () => null,
  know: () => null,
  texts: () => null,
  /** Those of some ids that name nodes here. */
  nodesAmong: (ids) => ids.filter((id) => NODE_OF_ID.has(id)),
  mostTaken: Infinity,
  stands: (node) => (isPaper(node) ? filtered().inTime[paperOf(node)] : filtered().counts[node] >= state.leastPapers),
  tieCounts: (node) => (counted[node] ??= WAYS.map((way) => knownEdgesOf(node).filter((number) => isOfWay(EDGES[number], way)).length)),
  map: () => mapNodes(filtered().counts),
  /** How many nodes of each type, ties of each kind and role pass all filters but that one. */
  counts() {
    const types = Object.fromEntries(TYPES.map((type) => [type, 0]));
    const kinds = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
    const roles = Object.fromEntries(DATA.roles.map((role) => [role, 0]));
    const hidden = new Set(state.hidden);
    for (let node = 0; node < NODES; node += 1) if (!hidden.has(node) && source.stands(node)) types[typeOf(node)] += 1;
    for (const edge of EDGES) {
      if (!nodePasses(edge.a) || !nodePasses(edge.b)) continue;
      if (edge.kind !== 'mentions') kinds[edge.kind] += edgePassesWeights(edge);
      else if (edge.confidence >= state.leastConfidence) {
        roles[edge.role] += 1;
        kinds.mentions += !state.offRoles.includes(edge.role);
      }
    }
    return { types, kinds, roles };
  },
  /** How many neighbours of a node pass the filters. */
  near: (node) => new Set(knownEdgesOf(node).filter((number) => edgePasses(EDGES[number]))
    .map((number) => otherEnd(EDGES[number], node)).filter(nodePasses)).size,
  path: (from, to) => shortestPath(from, to),
  find(text, limit) {
    const plain = squeezed(text);
    if (!plain) return [];
    const asked = words(text);
    const best = new Map();
    for (const spelling of spellings()) {
      const score = likeness(plain, asked, spelling);
      if (score <= 0) continue;
      const ranked = score + Math.min(12, Math.log2(1 + knownEdgesOf(spelling.node).length));
      const known = best.get(spelling.node);
      if (!known || known.score < ranked) best.set(spelling.node, { node: spelling.node, text: spelling.text, score: ranked });
    }
    return [...best.values()].sort((one, two) => two.score - one.score || one.node - two.node).slice(0, limit);
  },
  /** The ties of a node that go one way ('named': all of papers and entities), the strongest first or those of the newest papers. */
  ties(node, way, order = 'weight') {
    const ties = knownEdgesOf(node).map((number) => EDGES[number]).filter((edge) => (way === 'named' ? edge.kind === 'mentions' : isOfWay(edge, way)));
    return listingOf(order === 'date' ? ties.sort((one, two) => byDate(one.a, two.a)) : ties);
  },
  aliases: (node) => DATA.entities.aliases[node],
  /** The papers (nodes) that name both entities, the newest first; also where no tie to them is here. */
  both(a, b) {
    const { paper, entity } = DATA.mentions;
    const [one, other] = [a, b].map((wanted) => new Set(paper.filter((_, number) => entity[number] === wanted)));
    return listingOf([...one].filter((number) => other.has(number)).map((number) => ENTITIES + number).sort(byDate));
  },
  top: (type) => listingOf(ALL_NODES.slice(0, ENTITIES).filter((node) => typeOf(node) === type)
    .sort((one, two) => DATA.entities.papers[two] - DATA.entities.papers[one] || one - two)),
  table(name, { column, falling }) {
    const turn = falling ? -1 : 1;
    const compare = (one, two) => (typeof one === 'number' && typeof two === 'number' ? one - two : String(one).localeCompare(String(two)));
    const rows = rowsOfTable(name).map((item) => [TABLES[name].cells(item)[column], item]);
    return listingOf(rows.sort((one, two) => turn * compare(one[0], two[0])).map(([, item]) => item));
  },
  /** The papers that name one of some entities and pass the filters, the newest first. */
  naming(entities) {
    const papers = new Set();
    entities.forEach((node) => edgesOf(node, 'mentions').forEach((edge) => nodePasses(edge.a) && papers.add(edge.a)));
    return listingOf([...papers].sort(byDate));
  },
};
