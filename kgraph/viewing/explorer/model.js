// The graph in memory. Nodes are numbers: entities from 0, papers after them.

const DATA = JSON.parse(document.getElementById('data').textContent);
const ENTITIES = DATA.entities.id.length;
const PAPERS = DATA.papers.id.length;
const NODES = ENTITIES + PAPERS;
const TYPES = [...DATA.types, 'paper'];
const KINDS = ['co_mention', 'mentions', 'shared_technique', 'broader'];
const KIND_NAMES = {
  co_mention: 'named together',
  mentions: 'paper names entity',
  shared_technique: 'papers share techniques',
  broader: 'kind of',
};
const ROLE_NAMES = {
  introduces: 'introduces',
  evaluates_on: 'evaluates on',
  compares_with: 'compares with',
  uses: 'uses',
  mentions: 'mentions',
};
const TYPE_PLURALS = {
  method: 'methods', model: 'models', dataset: 'datasets', task: 'tasks', metric: 'metrics', paper: 'papers',
};
const SUMMARIES = new Set(DATA.papers.summary);

const isPaper = (node) => node >= ENTITIES;
const paperOf = (node) => node - ENTITIES;
const typeOf = (node) => (isPaper(node) ? 'paper' : DATA.types[DATA.entities.type[node]]);
const nameOf = (node) => (isPaper(node) ? DATA.papers.title[paperOf(node)] : DATA.entities.name[node]);
const idOf = (node) => (isPaper(node) ? DATA.papers.id[paperOf(node)] : DATA.entities.id[node]);
const yearOf = (paper) => {
  const year = Number.parseInt(DATA.papers.date[paper].slice(0, 4), 10);
  return Number.isFinite(year) ? year : 0;
};

const NODE_OF_ID = new Map();
for (let node = NODES - 1; node >= 0; node -= 1) NODE_OF_ID.set(idOf(node), node);

/** Every tie of the graph: {kind, a, b} and what its kind carries. Its number is its place here. */
const EDGES = [];

function readEdges() {
  const { paperEntity, comentions, shared, entities } = DATA;
  comentions.a.forEach((a, row) => EDGES.push({
    kind: 'co_mention', a, b: comentions.b[row], papers: comentions.papers[row], sentences: comentions.sentences[row],
    npmi: comentions.npmi[row], weight: comentions.weight[row],
  }));
  paperEntity.paper.forEach((paper, row) => EDGES.push({
    kind: 'mentions', a: ENTITIES + paper, b: paperEntity.entity[row], role: DATA.roles[paperEntity.role[row]],
    roleNumber: paperEntity.role[row], confidence: paperEntity.confidence[row], mentions: paperEntity.mentions[row],
    weight: paperEntity.confidence[row],
  }));
  shared.a.forEach((a, row) => EDGES.push({
    kind: 'shared_technique', a: ENTITIES + a, b: ENTITIES + shared.b[row], weight: shared.weight[row],
    techniques: shared.techniques[row],
  }));
  entities.broader.forEach((b, a) => { if (b >= 0) EDGES.push({ kind: 'broader', a, b, weight: 1 }); });
}
readEdges();

/** The numbers of the edges of each node, the strongest first within a kind. */
const EDGES_OF = Array.from({ length: NODES }, () => []);
EDGES.forEach((edge, number) => { EDGES_OF[edge.a].push(number); EDGES_OF[edge.b].push(number); });
EDGES_OF.forEach((group) => group.sort((one, two) => rankOfEdge(EDGES[one]) - rankOfEdge(EDGES[two])
  || EDGES[two].weight - EDGES[one].weight || one - two));

function rankOfEdge(edge) {
  return KINDS.indexOf(edge.kind) * 10 + (edge.kind === 'mentions' ? edge.roleNumber : 0);
}

const otherEnd = (edge, node) => (edge.a === node ? edge.b : edge.a);
const edgesOf = (node, kind) => EDGES_OF[node].map((number) => EDGES[number]).filter((edge) => edge.kind === kind);

function edgeBetween(kind, a, b) {
  const few = EDGES_OF[a].length < EDGES_OF[b].length ? a : b;
  return EDGES_OF[few].find((number) => EDGES[number].kind === kind
    && ((EDGES[number].a === a && EDGES[number].b === b) || (EDGES[number].a === b && EDGES[number].b === a)));
}

/** The numbers of the mentions of each paper; the columns are sorted by paper. */
const MENTIONS_OF = Array.from({ length: PAPERS }, () => []);
DATA.mentions.paper.forEach((paper, number) => MENTIONS_OF[paper].push(number));

const textOf = (paper, field) => (field ? DATA.papers.abstract[paper] : DATA.papers.title[paper]);

/** The sentences of a paper that name one of some entities: {text, marks: [{start, end, entity}], both}. */
function sentencesOf(paper, entities) {
  const { entity, field, start, end, from, to, confidence } = DATA.mentions;
  const sentences = new Map();
  for (const number of MENTIONS_OF[paper]) {
    if (!entities.includes(entity[number])) continue;
    const key = `${field[number]} ${from[number]}`;
    if (!sentences.has(key)) {
      sentences.set(key, {
        field: field[number], from: from[number], marks: [], named: new Set(),
        text: textOf(paper, field[number]).slice(from[number], to[number]),
      });
    }
    const sentence = sentences.get(key);
    sentence.named.add(entity[number]);
    sentence.marks.push({
      start: start[number] - from[number], end: end[number] - from[number], entity: entity[number],
      confidence: confidence[number],
    });
  }
  return [...sentences.values()].sort((one, two) => two.named.size - one.named.size
    || two.field - one.field || one.from - two.from);
}

/** The papers (nodes) that name both entities, the newest first; also where no tie to them is here. */
function papersWithBoth(a, b) {
  const { paper, entity } = DATA.mentions;
  const [one, other] = [a, b].map((wanted) => new Set(paper.filter((_, number) => entity[number] === wanted)));
  return [...one].filter((number) => other.has(number)).map((number) => ENTITIES + number).sort(byDate);
}

/** The nodes that the page was made to show, where it was made for the answer to a query. */
const ANSWER = DATA.start.chosen.map((id) => NODE_OF_ID.get(id)).filter((node) => node !== undefined);

const byDate = (one, two) => DATA.papers.date[paperOf(two)].localeCompare(DATA.papers.date[paperOf(one)]) || one - two;

const YEARS = DATA.papers.id.map((_, paper) => yearOf(paper)).filter(Boolean);
const FIRST_YEAR = YEARS.length ? YEARS.reduce((one, two) => Math.min(one, two)) : 0;
const LAST_YEAR = YEARS.length ? YEARS.reduce((one, two) => Math.max(one, two)) : 0;
const STRONGEST = DATA.comentions.weight.reduce((one, two) => Math.max(one, two), 0);
