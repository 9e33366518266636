// What the filters let through.

const FILTER_KEYS = ['offTypes', 'offKinds', 'offRoles', 'leastPapers', 'leastTogether', 'leastWeight', 'leastConfidence', 'since', 'until', 'hidden'];

let passing = null;

/** Entities of which the page has no tie to a paper, as in a view of co-mentions alone: no filter of papers touches them. */
const UNTIED = Array.from({ length: ENTITIES }, (_, node) => node).filter((node) => !edgesOf(node, 'mentions').length);

/** The filters' outcome for the state: {key, papers: Set of nodes, counts: papers of each entity}. */
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
  passing = { key, hidden, counts, inTime };
  return passing;
}

function paperInTime(paper) {
  if (!state.since && !state.until) return true;
  const year = yearOf(paper);
  return year > 0 && year >= state.since && (!state.until || year <= state.until);
}

const roleAndConfidencePass = (edge) => !state.offRoles.includes(edge.role) && edge.confidence >= state.leastConfidence;

function nodePasses(node) {
  const { hidden, counts, inTime } = filtered();
  if (hidden.has(node) || state.offTypes.includes(typeOf(node))) return false;
  if (isPaper(node)) return inTime[paperOf(node)];
  return counts[node] >= state.leastPapers;
}

/** Whether an edge of passing ends passes. */
function edgePasses(edge) {
  if (state.offKinds.includes(edge.kind)) return false;
  if (edge.kind === 'mentions') return roleAndConfidencePass(edge);
  if (edge.kind === 'co_mention') return edge.papers >= state.leastTogether && edge.weight >= state.leastWeight;
  return true;
}

const isFiltered = () => FILTER_KEYS.some((key) => JSON.stringify(state[key]) !== JSON.stringify(START[key]));
const withoutFilters = () => Object.fromEntries(FILTER_KEYS.map((key) => [key, START[key]]));

/** How many nodes of each type, edges of each kind and ties of each role pass all filters but that one. */
function filterCounts() {
  const types = Object.fromEntries(TYPES.map((type) => [type, 0]));
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const roles = Object.fromEntries(DATA.roles.map((role) => [role, 0]));
  const { hidden, counts, inTime } = filtered();
  const stands = (node) => !hidden.has(node) && (isPaper(node) ? inTime[paperOf(node)] : counts[node] >= state.leastPapers);
  for (let node = 0; node < NODES; node += 1) if (stands(node)) types[typeOf(node)] += 1;
  for (const edge of EDGES) {
    if (!nodePasses(edge.a) || !nodePasses(edge.b)) continue;
    if (edge.kind !== 'mentions') kinds[edge.kind] += edgePassesWeights(edge);
    else if (edge.confidence >= state.leastConfidence) {
      roles[edge.role] += 1;
      kinds.mentions += !state.offRoles.includes(edge.role);
    }
  }
  return { types, kinds, roles };
}

const edgePassesWeights = (edge) => edge.kind !== 'co_mention'
  || (edge.papers >= state.leastTogether && edge.weight >= state.leastWeight);
