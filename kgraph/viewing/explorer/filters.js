// What the filters let through.

const FILTER_KEYS = ['offTypes', 'offKinds', 'offRoles', 'leastPapers', 'leastTogether', 'leastWeight', 'leastConfidence', 'since', 'until', 'hidden'];

function paperInTime(paper) {
  if (!state.since && !state.until) return true;
  const year = yearOf(paper);
  return year > 0 && year >= state.since && (!state.until || year <= state.until);
}

const roleAndConfidencePass = (edge) => !state.offRoles.includes(edge.role) && edge.confidence >= state.leastConfidence;

const nodePasses = (node) => !state.hidden.includes(node) && !state.offTypes.includes(typeOf(node)) && source.stands(node);

/** Whether an edge of passing ends passes. */
function edgePasses(edge) {
  if (state.offKinds.includes(edge.kind)) return false;
  if (edge.kind === 'mentions') return roleAndConfidencePass(edge);
  return edgePassesWeights(edge);
}

const edgePassesWeights = (edge) => edge.kind !== 'co_mention'
  || (edge.papers >= state.leastTogether && edge.weight >= state.leastWeight);

const isFiltered = () => FILTER_KEYS.some((key) => JSON.stringify(state[key]) !== JSON.stringify(START[key]));
const withoutFilters = () => Object.fromEntries(FILTER_KEYS.map((key) => [key, START[key]]));
