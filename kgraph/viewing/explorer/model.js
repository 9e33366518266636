// What the page knows of the graph. Nodes are numbers: entities from 0, papers after them. A page of one file knows all
// from the beginning (inlined.js); a served one learns a piece at a time (served.js), and its columns have gaps.

const DATA = JSON.parse(document.getElementById('data').textContent);
const FACTS = DATA.facts;
const ENTITIES = FACTS.entities;
const PAPERS = FACTS.papers;
const NODES = ENTITIES + PAPERS;
const TYPES = [...DATA.types, 'paper'];
const KINDS = ['co_mention', 'mentions', 'shared_technique', 'broader'];
/** Ways to expand a node: a role where the tie has one, else a kind of tie. */
const WAYS = [...KINDS.filter((kind) => kind !== 'mentions'), ...DATA.roles];
const KIND_NAMES = {
  co_mention: 'named together',
  mentions: 'named in paper',
  shared_technique: 'same techniques',
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

/** The nodes that are known, by their ids. */
const NODE_OF_ID = new Map();

/** The ties that are known, by their numbers: {number, kind, a, b} and what the kind carries. */
const EDGES = [];
/** The numbers of the known ties of each node, the strongest first within a kind. */
const EDGES_OF = [];

const COMPARED = (one, two) => rankOfEdge(EDGES[one]) - rankOfEdge(EDGES[two]) || EDGES[two].weight - EDGES[one].weight || one - two;

function rankOfEdge(edge) {
  return KINDS.indexOf(edge.kind) * 10 + (edge.kind === 'mentions' ? edge.roleNumber : 0);
}

/** Add ties to what is known of their ends. */
function addEdges(edges) {
  const touched = new Set();
  for (const edge of edges) {
    if (EDGES[edge.number]) continue;
    EDGES[edge.number] = edge;
    for (const node of [edge.a, edge.b]) {
      (EDGES_OF[node] ??= []).push(edge.number);
      touched.add(node);
    }
  }
  touched.forEach((node) => EDGES_OF[node].sort(COMPARED));
}

const otherEnd = (edge, node) => (edge.a === node ? edge.b : edge.a);
const knownEdgesOf = (node) => EDGES_OF[node] || [];
const edgesOf = (node, kind) => knownEdgesOf(node).map((number) => EDGES[number]).filter((edge) => edge.kind === kind);
/** How many ties of a node go one way, known or not; '' for all ways. */
const tieCount = (node, way = '') => (way ? source.tieCounts(node)[WAYS.indexOf(way)] : source.tieCounts(node).reduce((sum, one) => sum + one, 0));
const entityCount = (paperNode) => DATA.roles.reduce((sum, role) => sum + tieCount(paperNode, role), 0);
const isOfWay = (edge, by) => !by || (edge.role ?? edge.kind) === by;

function edgeBetween(kind, a, b) {
  const few = knownEdgesOf(a).length < knownEdgesOf(b).length ? a : b;
  return knownEdgesOf(few).find((number) => EDGES[number].kind === kind
    && ((EDGES[number].a === a && EDGES[number].b === b) || (EDGES[number].a === b && EDGES[number].b === a)));
}

/** The numbers of the mentions of each paper whose text is known. */
const MENTIONS_OF = [];
const addMentions = (first) => {
  for (let number = first; number < DATA.mentions.paper.length; number += 1) (MENTIONS_OF[DATA.mentions.paper[number]] ??= []).push(number);
};

const textOf = (paper, field) => (field ? DATA.papers.abstract[paper] : DATA.papers.title[paper]);

/** The sentences of a paper that name one of some entities: {text, marks: [{start, end, entity}], both}. */
function sentencesOf(paper, entities) {
  const { entity, field, start, end, from, to, confidence } = DATA.mentions;
  const sentences = new Map();
  for (const number of MENTIONS_OF[paper] || []) {
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

const byDate = (one, two) => DATA.papers.date[paperOf(two)].localeCompare(DATA.papers.date[paperOf(one)]) || one - two;
