// What both query pages share: the questions to begin with, requests, and how terms are shown.
// Texts from the graph only ever become text nodes and checked addresses.

export const $ = (id) => document.getElementById(id);

const QUESTION = `SELECT ?name (COUNT(?paper) AS ?papers) {
  ?paper kg:uses ?method .
  ?method a kg:Method ; skos:prefLabel ?name .
}
GROUP BY ?name
ORDER BY DESC(?papers) ?name
LIMIT 20
`;
const DOWNLOADS = {
  rows: { json: 'JSON', xml: 'XML', csv: 'CSV', tsv: 'TSV' },
  graph: { turtle: 'Turtle', ntriples: 'N-Triples', rdfxml: 'RDF/XML', jsonld: 'JSON-LD', nquads: 'N-Quads', trig: 'TriG' },
};
const ENDINGS = { turtle: 'ttl', ntriples: 'nt', rdfxml: 'rdf', nquads: 'nq' };
const CLASSES = { method: 'Method', model: 'Model', dataset: 'Dataset', task: 'Task', metric: 'Metric' };
const PROPERTIES = { introduces: 'introduces', evaluates_on: 'evaluatesOn', compares_with: 'comparesWith', uses: 'uses', mentions: 'mentions' };

export let prefixes = {};
export let base = '';
let queries = [];
let chosen = null;
let page = null;

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'text') made.textContent = value;
    else if (key === 'class') made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/// Load what the server tells of its graph and offer the questions. `editor` has query() and setQuery(text, name), run().
export async function begin(editor) {
  page = editor;
  const [told, info] = await Promise.all(['api/queries', 'api/info'].map((address) => fetch(address).then((answer) => answer.json())));
  ({ prefixes, items: queries } = told);
  base = info.base_iri;
  document.title = `Ask ${info.title}`;
  for (const query of queries) $('example').append(element('option', { value: query.name, text: query.title || query.name }));
  $('example').addEventListener('change', (event) => showExample(event.target.value));
  $('parameters').addEventListener('submit', fillIn);
  $('download').addEventListener('change', (event) => download(event.target.value));
}

/// The query that the address asks for, or an empty text.
export const queryInAddress = () => new URLSearchParams(window.location.search).get('query') || '';

export function addressOf(query) {
  return `sparql?${new URLSearchParams({ query })}`;
}

export function remember(query) {
  const address = addressOf(query);
  if (address.length < 8000) window.history.replaceState(null, '', address);
}

/// The question that an empty page begins with, with the prefixes that it uses.
export function firstQuestion() {
  const known = Object.entries(prefixes).map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}>`);
  const used = known.filter((line) => QUESTION.includes(line.split(' ')[1]));
  return `${used.join('\n')}\n\n${QUESTION}`;
}

// The questions

function showExample(name) {
  chosen = queries.find((query) => query.name === name) || null;
  $('about').textContent = chosen ? chosen.comment || chosen.title : '';
  const form = $('parameters');
  form.replaceChildren();
  form.hidden = !chosen || !chosen.parameters.length;
  if (!chosen) return;
  for (const parameter of chosen.parameters) {
    form.append(element('label', {}, `${parameter.name}: ${parameter.about}`, parameterInput(parameter)));
  }
  if (chosen.parameters.length) form.append(element('button', { type: 'submit', text: 'Fill in' }));
  page.setQuery(chosen.text, chosen.name);
}

function parameterInput(parameter) {
  const names = { type: CLASSES, role: PROPERTIES }[parameter.type];
  if (names) {
    const select = element('select', { name: parameter.name }, element('option', { value: '', text: 'any' }));
    for (const name of Object.keys(names)) select.append(element('option', { value: name, text: name }));
    select.value = parameter.default || '';
    return select;
  }
  const input = element('input', {
    name: parameter.name,
    type: parameter.type === 'integer' || parameter.type === 'number' ? 'number' : 'text',
    step: 'any',
    placeholder: parameter.type === 'node' ? 'a name, id or title' : '',
  });
  input.value = parameter.default || '';
  return input;
}

async function fillIn(event) {
  event.preventDefault();
  let text = chosen.text;
  for (const parameter of chosen.parameters) {
    const value = $('parameters').elements[parameter.name].value.trim();
    if (!value) continue;
    let term;
    try {
      term = await asTerm(parameter, value);
    } catch (error) {
      say(error.message);
      return;
    }
    const slot = new RegExp(`(VALUES\\s+[?$]${parameter.name}\\s*\\{\\s*)UNDEF(\\s*\\})`, 'i');
    text = text.replace(slot, (_, before, after) => before + term + after);
  }
  page.setQuery(text, chosen.name);
  page.run();
}

async function asTerm(parameter, value) {
  switch (parameter.type) {
    case 'node': return `<${await findNode(value)}>`;
    case 'type': return `kg:${CLASSES[value]}`;
    case 'role': return `kg:${PROPERTIES[value]}`;
    case 'integer': return String(Number.parseInt(value, 10));
    case 'number': return `${Number(value)}e0`;
    default: return quoted(value);
  }
}

function quoted(text) {
  const escapes = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `"${text.replace(/[\\"\n\r\t]/g, (sign) => escapes[sign])}"`;
}

async function findNode(name) {
  const answer = await fetch(`api/node/${encodeURIComponent(name)}?limit=1`);
  const said = await answer.json();
  if (!answer.ok) throw new Error([said.detail, ...(said.candidates || [])].join('\n'));
  return said.node.iri;
}

// Asking

export function ask(query, { format = '', strict = false, signal } = {}) {
  const body = new URLSearchParams({ query });
  if (format) body.set('format', format);
  if (strict) body.set('strict', '1');
  const accept = 'application/sparql-results+json, text/turtle;q=0.9';
  return fetch('sparql', { method: 'POST', headers: { Accept: accept }, body, signal });
}

export function say(text) {
  $('status').textContent = text;
}

/// What went wrong, as the server tells it: {detail, line, column}.
export function readProblem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { detail: text }; // not from this server, but from something before it
  }
}

/// Tell in the banner whether the answer with these headers was cut.
export function showCut(headers) {
  const cut = headers?.get('X-Kgraph-Truncated');
  $('cut').hidden = !cut;
  if (cut) $('cut').textContent = `This answer was cut: the server gives no more than ${cut.replace('rows=', '')} rows of it. Ask for less, or add LIMIT and OFFSET.`;
}

// Showing terms

export function plain(term) {
  return term.type === 'uri' ? shortened(term.value) : term.value;
}

/// A link to a resource: those of the graph lead to this server, whatever the graph's base.
export function link(iri) {
  const address = addressOfIri(iri);
  const text = shortened(iri);
  return address ? element('a', { href: address, rel: 'noreferrer', text }) : document.createTextNode(text);
}

export function addressOfIri(iri) {
  if (iri.startsWith(prefixes.kg)) return `ontology#${encodePart(iri.slice(prefixes.kg.length))}`;
  if (base && iri.startsWith(base) && !prefixOf(iri)) return iri.slice(base.length).split('/').map(encodePart).join('/');
  return /^https?:\/\//.test(iri) ? iri : '';
}

// An id is written in the address as it stands, its percent signs too; only what would end the path is encoded.
const encodePart = (part) => part.replace(/[?#\\]/g, encodeURIComponent);

export function shortened(iri) {
  const prefix = prefixOf(iri);
  if (prefix) return `${prefix}:${iri.slice(prefixes[prefix].length)}`;
  return base && iri.startsWith(base) && iri !== base ? iri.slice(base.length) : iri;
}

// The ontology may stand under the base of the graph: prefixes come first.
function prefixOf(iri) {
  const fits = ([, namespace]) => iri.startsWith(namespace) && /^\w[\w-]*$/.test(iri.slice(namespace.length));
  return Object.entries(prefixes).find(fits)?.[0] || '';
}

// Taking away

/// Offer the formats of an answer of rows or of a graph; none for an empty kind.
export function offerDownloads(kind) {
  const options = Object.entries(DOWNLOADS[kind] || {}).map(([value, text]) => element('option', { value, text }));
  $('download').replaceChildren(element('option', { value: '', text: '…' }), ...options);
}

async function download(format) {
  if (!format) return;
  $('download').value = '';
  say('fetching …');
  const answer = await ask(page.query(), { format });
  if (!answer.ok) {
    say(readProblem(await answer.text()).detail);
    return;
  }
  showCut(answer.headers);
  const address = URL.createObjectURL(await answer.blob());
  element('a', { href: address, download: `answer.${ENDINGS[format] || format}` }).click();
  URL.revokeObjectURL(address);
  say('downloaded');
}
