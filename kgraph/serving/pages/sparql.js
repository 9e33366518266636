'use strict';

// The page to write queries on. Texts from the graph only ever become text nodes and checked addresses.

const $ = (id) => document.getElementById(id);
const START = `SELECT ?name (COUNT(?paper) AS ?papers) {
  ?paper kg:uses ?method .
  ?method a kg:Method ; skos:prefLabel ?name .
}
GROUP BY ?name
ORDER BY DESC(?papers) ?name
LIMIT 20
`;
const SHOWN = 2000; // rows drawn; the rest is in the download
const DOWNLOADS = {
  rows: { json: 'JSON', xml: 'XML', csv: 'CSV', tsv: 'TSV' },
  graph: { turtle: 'Turtle', ntriples: 'N-Triples', rdfxml: 'RDF/XML', jsonld: 'JSON-LD', nquads: 'N-Quads', trig: 'TriG' },
};
const CLASSES = { method: 'Method', model: 'Model', dataset: 'Dataset', task: 'Task', metric: 'Metric' };
const PROPERTIES = { introduces: 'introduces', evaluates_on: 'evaluatesOn', compares_with: 'comparesWith', uses: 'uses', mentions: 'mentions' };

let prefixes = {};
let base = '';
let queries = [];
let chosen = null;
let running = null;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'text') made.textContent = value;
    else if (key === 'class') made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// The editor

function numberLines(wrong = 0) {
  const lines = $('query').value.split('\n').length;
  const numbers = $('numbers');
  numbers.replaceChildren();
  for (let line = 1; line <= lines; line += 1) {
    numbers.append(element('span', { class: line === wrong ? 'wrong' : '', text: `${line}\n` }));
  }
  numbers.scrollTop = $('query').scrollTop;
}

function setQuery(text) {
  $('query').value = text;
  numberLines();
}

function pointAt(line, column) {
  const box = $('query');
  const before = box.value.split('\n').slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const place = Math.min(box.value.length, before + Math.max(0, column - 1));
  box.focus();
  box.setSelectionRange(place, Math.min(box.value.length, place + 1));
  numberLines(line);
}

// The questions to begin with

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
  setQuery(chosen.text);
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
  setQuery(text);
  run();
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

async function run() {
  const query = $('query').value;
  if (!query.trim()) return;
  running?.abort();
  const stopper = new AbortController();
  running = stopper;
  $('stop').hidden = false;
  $('cut').hidden = true;
  say('running …');
  const began = performance.now();
  try {
    const answer = await ask(query, '', stopper.signal);
    const text = await answer.text();
    const time = ((performance.now() - began) / 1000).toFixed(2);
    if (!answer.ok) showProblem(answer.status, text);
    else showAnswer(answer, text, time);
    remember(query);
  } catch (error) {
    if (error.name !== 'AbortError') say(`the server does not answer: ${error.message}`);
    else if (running === stopper) say('stopped');
  }
  if (running === stopper) {
    running = null;
    $('stop').hidden = true;
  }
}

function ask(query, format, signal) {
  const body = new URLSearchParams({ query });
  if (format) body.set('format', format);
  if ($('strict').checked) body.set('strict', '1');
  const accept = 'application/sparql-results+json, text/turtle;q=0.9';
  return fetch('sparql', { method: 'POST', headers: { Accept: accept }, body, signal });
}

function remember(query) {
  const address = `sparql?${new URLSearchParams({ query })}`;
  if (address.length < 8000) window.history.replaceState(null, '', address);
}

function say(text) {
  $('status').textContent = text;
}

function showProblem(status, text) {
  let problem = { detail: text };
  try { problem = JSON.parse(text); } catch { /* not from this server, but from something before it */ }
  say(`error ${status}`);
  $('answer').replaceChildren(element('p', { class: 'error', text: problem.detail }));
  offerDownloads('');
  if (problem.line) pointAt(problem.line, problem.column);
}

function showAnswer(answer, text, time) {
  const cut = answer.headers.get('X-Kgraph-Truncated');
  $('cut').hidden = !cut;
  if (cut) $('cut').textContent = `This answer was cut: the server gives no more than ${cut.replace('rows=', '')} rows of it. Ask for less, or add LIMIT and OFFSET.`;
  const place = $('answer');
  if (answer.headers.get('Content-Type').startsWith('application/sparql-results+json')) {
    const result = JSON.parse(text);
    if ('boolean' in result) place.replaceChildren(element('p', {}, element('strong', { text: result.boolean ? 'yes' : 'no' })));
    else place.replaceChildren(...table(result));
    say('boolean' in result ? `${time} s` : `${result.results.bindings.length} rows, ${time} s`);
    offerDownloads('rows');
  } else {
    place.replaceChildren(element('div', { class: 'scroll' }, element('pre', { class: 'text', text })));
    say(`${time} s`);
    offerDownloads('graph');
  }
  numberLines();
}

function table(result) {
  const names = result.head.vars;
  const rows = result.results.bindings;
  const body = element('tbody');
  for (const row of rows.slice(0, SHOWN)) body.append(element('tr', {}, ...names.map((name) => cell(row[name]))));
  const head = element('thead', {}, element('tr', {}, ...names.map((name) => element('th', { scope: 'col', text: name }))));
  const more = rows.length > SHOWN ? [element('p', { class: 'hint', text: `${SHOWN} of ${rows.length} rows are shown; the download has all.` })] : [];
  return [element('div', { class: 'scroll' }, element('table', {}, head, body)), ...more];
}

function cell(term) {
  if (!term) return element('td');
  if (term.type === 'uri') return element('td', {}, link(term.value));
  if (term.type === 'triple') return element('td', { text: `<<( ${['subject', 'predicate', 'object'].map((part) => plain(term.value[part])).join(' ')} )>>` });
  const number = /#(integer|decimal|double|float|int|long)$/.test(term.datatype || '');
  return element('td', { class: number ? 'number' : '', text: term.value, dir: 'auto' });
}

function plain(term) {
  return term.type === 'uri' ? shortened(term.value) : term.value;
}

function link(iri) {
  const text = shortened(iri);
  if (base && iri.startsWith(base)) {
    const id = iri.slice(base.length);
    return element('a', { href: id.split('/').map(encodePart).join('/'), text });
  }
  return /^https?:\/\//.test(iri) ? element('a', { href: iri, rel: 'noreferrer', text }) : document.createTextNode(text);
}

// An id is written in the address as it stands, its percent signs too; only what would end the path is encoded.
const encodePart = (part) => part.replace(/[?#\\]/g, encodeURIComponent);

function shortened(iri) {
  if (base && iri.startsWith(base) && iri !== base) return iri.slice(base.length);
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && /^\w[\w-]*$/.test(local)) return `${prefix}:${local}`;
  }
  return iri;
}

// Taking away

function offerDownloads(kind) {
  const options = Object.entries(DOWNLOADS[kind] || {}).map(([value, text]) => element('option', { value, text }));
  $('download').replaceChildren(element('option', { value: '', text: '…' }), ...options);
}

async function download(format) {
  if (!format) return;
  $('download').value = '';
  say('fetching …');
  const answer = await ask($('query').value, format);
  if (!answer.ok) {
    showProblem(answer.status, await answer.text());
    return;
  }
  const address = URL.createObjectURL(await answer.blob());
  const endings = { turtle: 'ttl', ntriples: 'nt', rdfxml: 'rdf', nquads: 'nq' };
  element('a', { href: address, download: `answer.${endings[format] || format}` }).click();
  URL.revokeObjectURL(address);
  say('downloaded');
}

// Beginning

async function begin() {
  const given = new URLSearchParams(window.location.search).get('query');
  setQuery(given || START);
  const [told, info] = await Promise.all(['api/queries', 'api/info'].map((address) => fetch(address).then((answer) => answer.json())));
  ({ prefixes, items: queries } = told);
  base = info.base_iri;
  document.title = `Ask ${info.title}`;
  for (const query of queries) $('example').append(element('option', { value: query.name, text: query.title || query.name }));
  if (!given) {
    const known = Object.entries(prefixes).map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}>`);
    const used = known.filter((line) => START.includes(`${line.split(' ')[1]}`));
    setQuery(`${used.join('\n')}\n\n${START}`);
  } else run();
}

$('query').addEventListener('input', () => numberLines());
$('query').addEventListener('scroll', () => { $('numbers').scrollTop = $('query').scrollTop; });
$('query').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
$('run').addEventListener('click', run);
$('stop').addEventListener('click', () => running?.abort());
$('example').addEventListener('change', (event) => showExample(event.target.value));
$('parameters').addEventListener('submit', fillIn);
$('download').addEventListener('change', (event) => download(event.target.value));
begin();
