// What a query answered, as a table whose terms lead into the graph.

/** The node that an IRI names, or undefined. */
const nodeOfIri = (iri) => (iri.startsWith(DATA.base) ? NODE_OF_ID.get(iri.slice(DATA.base.length)) : undefined);

const EDGE_NODES = { 'paper-entity': ['mentions', 'paper', 'entity'], 'co-mention': ['co_mention', 'entity', 'entity'], 'shared-technique': ['shared_technique', 'paper', 'paper'] };

/** The number of the tie that an IRI names, or -1. */
function edgeOfIri(iri) {
  if (!iri.startsWith(DATA.base)) return -1;
  const [family, ...ends] = iri.slice(DATA.base.length).split('/');
  if (!Object.hasOwn(EDGE_NODES, family) || ends.length !== 2) return -1;
  const [kind, ...types] = EDGE_NODES[family];
  return edgeOfIds([kind, ...ends.map((end, place) => `${types[place]}/${end}`)]);
}

/** An IRI as people read it: a prefixed name, or without what all IRIs of the graph begin with. */
function shortIri(iri) {
  const known = Object.entries(DATA.ask.prefixes).find(([, namespace]) => iri.startsWith(namespace) && /^\w[\w-]*$/.test(iri.slice(namespace.length)));
  if (known) return `${known[0]}:${iri.slice(known[1].length)}`;
  return iri.startsWith(DATA.base) ? iri.slice(DATA.base.length) : iri;
}

const isNumber = (term) => term?.kind === 'literal' && /#(integer|decimal|double|float)$/.test(term.datatype);

function termCell(term) {
  if (term === null) return null;
  if (term.kind !== 'iri') return /#anyURI$/.test(term.datatype || '') ? addressOf(term.value) : quoted(shortened(term.value, 400), { class: term.value.length <= 12 ? 'short' : null });
  const node = nodeOfIri(term.value);
  if (node !== undefined) return nodeLink(node);
  const edge = edgeOfIri(term.value);
  if (edge >= 0) return button(`${shortened(nameOf(EDGES[edge].a), 40)} – ${shortened(nameOf(EDGES[edge].b), 40)}`, () => go({ edge, node: -1 }), { class: 'plain', dir: 'auto', title: 'Show the evidence' });
  const short = shortIri(term.value);
  return short === term.value ? addressOf(term.value) : element('code', {}, short);
}

const addressOf = (text) => (/^https?:\/\//i.test(text)
  ? element('a', { href: text, target: '_blank', rel: 'noopener noreferrer' }, shortened(text, 80)) : element('code', { dir: 'auto' }, shortened(text, 200)));

/** The nodes that an answer names, each once. */
function nodesOfAnswer({ rows }) {
  const nodes = new Set();
  for (const term of rows.flat()) {
    if (term?.kind !== 'iri') continue;
    const node = nodeOfIri(term.value);
    const edge = node === undefined ? edgeOfIri(term.value) : -1;
    if (node !== undefined) nodes.add(node);
    if (edge >= 0) nodes.add(EDGES[edge].a).add(EDGES[edge].b);
  }
  return [...nodes];
}

const answerAsCsv = ({ columns, rows }) => csv(columns, rows.map((row) => row.map((term) => (term === null ? '' : isNumber(term) ? Number(term.value) : term.value))));

function answerTable({ columns, rows }) {
  const numeric = columns.map((_, column) => rows.some((row) => isNumber(row[column])));
  const body = element('tbody');
  const more = button('', () => grow(), { class: 'more' });
  let shown = 0;
  function grow() {
    rows.slice(shown, shown + 100).forEach((row) => body.append(element('tr', {}, row.map((term, column) => element('td', { class: numeric[column] ? 'number' : null }, termCell(term))))));
    shown = Math.min(rows.length, shown + 100);
    more.hidden = shown >= rows.length;
    more.textContent = `Show more (${count(shown)} of ${count(rows.length)})`;
  }
  grow();
  const head = columns.map((name, column) => element('th', { scope: 'col', class: numeric[column] ? 'number' : null }, name));
  return [element('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Answer' }, element('table', {}, element('thead', {}, element('tr', {}, head)), body)), more];
}
