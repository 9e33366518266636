// What a query answered, as a table whose terms lead into the graph.

/** The node that an IRI names, or undefined. */
const nodeOfIri = (iri) => (iri.startsWith(DATA.base) ? NODE_OF_ID.get(iri.slice(DATA.base.length)) : undefined);

const EDGE_NODES = { 'paper-entity': ['mentions', 'paper', 'entity'], 'co-mention': ['co_mention', 'entity', 'entity'], 'shared-technique': ['shared_technique', 'paper', 'paper'] };

/** What the IRI of a tie says: [kind, id, id]; null for any other. */
function tieOfIri(iri) {
  if (!iri.startsWith(DATA.base)) return null;
  const [family, ...ends] = iri.slice(DATA.base.length).split('/');
  if (!Object.hasOwn(EDGE_NODES, family) || ends.length !== 2) return null;
  const [kind, ...types] = EDGE_NODES[family];
  return [kind, ...ends.map((end, place) => `${types[place]}/${end}`)];
}

/** The number of the tie that an IRI names, or -1. */
const edgeOfIri = (iri) => (tieOfIri(iri) ? edgeOfIds(tieOfIri(iri)) : -1);

/** The nodes and ties that rows name by their IRIs: {ids, ties}. */
function namedInRows(rows) {
  const iris = rows.flat().filter((term) => term?.kind === 'iri' && term.value.startsWith(DATA.base)).map(({ value }) => value);
  const ids = iris.map((iri) => iri.slice(DATA.base.length)).filter((id) => /^(entity|paper)\//.test(id));
  return { ids, ties: iris.map(tieOfIri).filter(Boolean) };
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

/** The ids of the nodes that an answer names, each once, those of ties among them. */
const idsOfAnswer = ({ rows }) => {
  const { ids, ties } = namedInRows(rows);
  return [...new Set([...ids, ...ties.flatMap(([, ...ends]) => ends)])];
};

const answerAsCsv = ({ columns, rows }) => csv(columns, rows.map((row) => row.map((term) => (term === null ? '' : isNumber(term) ? Number(term.value) : term.value))));

function answerTable({ columns, rows }) {
  const numeric = columns.map((_, column) => rows.some((row) => isNumber(row[column])));
  const body = element('tbody');
  const more = button('', () => grow(), { class: 'more' });
  let shown = 0;
  function grow() {
    const next = rows.slice(shown, shown + 100);
    whenHere(source.know(namedInRows(next)), () => {
      next.forEach((row) => body.append(element('tr', {}, row.map((term, column) => element('td', { class: numeric[column] ? 'number' : null }, termCell(term))))));
      shown = Math.min(rows.length, shown + 100);
      more.hidden = shown >= rows.length;
      more.textContent = `Show more (${count(shown)} of ${count(rows.length)})`;
    });
  }
  grow();
  const head = columns.map((name, column) => element('th', { scope: 'col', class: numeric[column] ? 'number' : null }, name));
  return [element('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Answer' }, element('table', {}, element('thead', {}, element('tr', {}, head)), body)), more];
}
