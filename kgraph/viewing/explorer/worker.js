// Runs in a worker after Oxigraph's own script, whose initSync and Store it uses: loads the facts, answers queries.

let store = null;

function open({ engine, facts }) {
  initSync({ module: engine });
  store = new Store();
  store.load(new Uint8Array(facts), { format: 'application/n-triples', no_transaction: true, lenient: true });
  return { statements: store.size };
}

/** What a query answers: {kind: select, ask or graph, columns, rows, total}; a row is a list of terms, null where unbound. */
function answer({ text, most }) {
  let found;
  try {
    found = JSON.parse(store.query(text, { results_format: 'application/sparql-results+json' }));
  } catch (error) {
    // The answer is a graph, which has no form as rows.
    if (!String(error).includes('Not supported RDF format')) throw error;
    return triples(store.query(text), most);
  }
  if ('boolean' in found) return { kind: 'ask', answer: found.boolean };
  const columns = found.head.vars;
  const { bindings } = found.results;
  const rows = bindings.slice(0, most).map((binding) => columns.map((name) => (binding[name] ? jsonTerm(binding[name]) : null)));
  return { kind: 'select', columns, rows, total: bindings.length };
}

const triples = (quads, most) => ({
  kind: 'graph',
  columns: ['subject', 'predicate', 'object'],
  rows: quads.slice(0, most).map((quad) => [quad.subject, quad.predicate, quad.object].map(quadTerm)),
  total: quads.length,
});

const KINDS_OF_TERM = { uri: 'iri', bnode: 'blank', literal: 'literal', NamedNode: 'iri', BlankNode: 'blank', Literal: 'literal' };

function jsonTerm(term) {
  const kind = KINDS_OF_TERM[term.type];
  if (!kind) return { kind: 'triple', value: ['subject', 'predicate', 'object'].map((part) => jsonTerm(term.value[part]).value).join(' ') };
  return { kind, value: term.value, datatype: term.datatype || '' };
}

const quadTerm = (term) => ({ kind: KINDS_OF_TERM[term.termType] || 'triple', value: term.value || String(term), datatype: term.datatype ? term.datatype.value : '' });

self.onmessage = ({ data }) => {
  try {
    self.postMessage({ call: data.call, result: data.kind === 'open' ? open(data) : answer(data) });
  } catch (error) {
    self.postMessage({ call: data.call, error: String(error.message || error), broken: error instanceof WebAssembly.RuntimeError });
  }
};
