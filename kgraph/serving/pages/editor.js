// The query page with the editor YASGUI: what it asks, completes and shows comes from this server alone.

import { addressOf, addressOfIri, begin, base, element, firstQuestion, offerDownloads, prefixes, queryInAddress, readProblem, remember, say, shortened, showCut } from './asking.js';
import { GraphView } from './drawing.js';

const { Yasgui, Yasqe, Yasr } = window;
const ENDPOINT = new URL('sparql', window.location.href.split(/[?#]/)[0]).href;
// What the nodes of every graph have beside the ontology's own terms.
const COMMON = ['dcterms:abstract', 'dcterms:creator', 'dcterms:description', 'dcterms:identifier', 'dcterms:issued', 'dcterms:title',
  'fabio:hasArXivId', 'rdf:type', 'rdfs:label', 'schema:url', 'skos:altLabel', 'skos:broader', 'skos:prefLabel'];
const MOST_ROWS = 10000; // in the table, which takes a second for them
const TERMS = `SELECT ?class ?property { { ?part <http://rdfs.org/ns/void#class> ?class } UNION { ?part <http://rdfs.org/ns/void#property> ?property } }`;

let yasgui = null;
let ours = ''; // what this page has put into the editor
const terms = { class: [], property: [] };

// Completion

function complete(kind) {
  Yasqe.forkAutocompleter(kind, {
    name: `graph-${kind}`,
    get: (_, token) => terms[kind].filter((iri) => iri.startsWith(token?.autocompletionString || '')),
  });
}

async function learnTerms() {
  terms.property = COMMON.map((name) => name.replace(/^\w+:/, (prefix) => prefixes[prefix.slice(0, -1)]));
  const body = new URLSearchParams({ query: TERMS });
  const answer = await fetch(ENDPOINT, { method: 'POST', headers: { Accept: 'application/sparql-results+json' }, body });
  if (!answer.ok) return; // the common ones will do
  for (const row of (await answer.json()).results.bindings) {
    for (const kind of Object.keys(row)) terms[kind].push(row[kind].value);
  }
  for (const kind of Object.keys(terms)) terms[kind].sort();
}

// The table

class TableView extends Yasr.plugins.table {
  download = undefined; // the page offers all formats, from the server
  helpReference = undefined;

  // As it came: the editor's own reading takes "{{name}}" in a text for a variable.
  getRows() {
    if (this.yasr.results?.getType() !== 'json') return first(super.getRows());
    const { head, results } = JSON.parse(this.yasr.results.getOriginalResponseAsString());
    return first(results.bindings).map((row, number) => [number + 1, ...head.vars.map((name) => shown(row[name]) ?? '')]);
  }

  // What the table filters and sorts by is text as well: numbers are recognised, and markup is none.
  getColumns() {
    const [rowNumber, ...columns] = super.getColumns();
    const render = (term, use) => {
      if (term === '') return '';
      return use === 'display' ? this.getCellContent(term) : element('span', { text: term.value }).innerHTML;
    };
    return [rowNumber, ...columns.map((column) => ({ ...column, render }))];
  }

  getUriLinkFromBinding({ value }) {
    const address = addressOfIri(value);
    const cell = address ? element('a', { class: 'iri', href: address, rel: 'noreferrer', target: '_blank' }) : element('span');
    cell.textContent = shortened(value);
    return cell.outerHTML;
  }

  formatLiteral(literal) {
    const number = /#(integer|decimal|double|float|int|long)$/.test(literal.datatype || '');
    return element('span', { class: number ? 'number' : '', dir: 'auto', text: literal.value }).outerHTML;
  }
}

function first(rows) {
  if (rows.length > MOST_ROWS) say(`the first ${MOST_ROWS} of ${rows.length} rows are in the table; the download has all`);
  return rows.slice(0, MOST_ROWS);
}

/// A statement as a term has no cell of its own in the table: it is shown as text.
function shown(term) {
  if (term?.type !== 'triple') return term;
  const text = ['subject', 'predicate', 'object'].map((part) => shown(term.value[part]).value).join(' ');
  return { type: 'literal', value: `<<( ${text} )>>` };
}

// Asking and answers

function watch(tab) {
  const { yasqe, yasr } = tab;
  yasqe.on('query', () => {
    say('');
    showCut(null);
    remember(yasqe.getValue());
    // A graph is drawn, rows are listed; each can be seen the other way by a click. (The method would draw the old answer.)
    const asked = yasqe.getQueryType();
    if (asked === 'CONSTRUCT' || asked === 'DESCRIBE') yasr.selectedPlugin = 'graph';
    else if (yasr.getSelectedPluginName() === 'graph') yasr.selectedPlugin = 'table';
  });
  yasqe.on('queryResponse', (_, response) => {
    if (response instanceof Error) {
      offerDownloads('');
      return;
    }
    showCut(response.headers);
    offerDownloads(yasr.results.getType() === 'ttl' ? 'graph' : 'rows');
  });
}

/// The server's message, and its place in the query.
async function showProblem(error) {
  const { detail, line, column } = readProblem(error.text || '');
  const { yasqe } = yasgui.getTab();
  if (line) {
    yasqe.getDoc().setCursor(line - 1, Math.max(0, column - 1));
    yasqe.focus();
  }
  return element('pre', { class: 'error', text: detail || 'the server does not answer' });
}

function setQuery(text, name = 'Query') {
  const current = yasgui.getTab();
  // What somebody has written stays in its tab.
  const tab = current && [ours, ''].includes(current.getQuery().trim()) ? current : yasgui.addTab(true, { name });
  ours = text.trim();
  tab.setName(name);
  tab.setQuery(text);
}

// Beginning

function configure() {
  Yasr.plugins = { ...Yasr.plugins, table: TableView };
  Yasr.registerPlugin('graph', GraphView);
  Object.assign(Yasr.defaults, { pluginOrder: ['graph', 'table', 'response'], errorRenderers: [showProblem], maxPersistentResponseSize: 0 });
  Yasr.plugins.response.prototype.helpReference = undefined;
  Yasgui.Tab.prototype.getShareableLink = function address() {
    return new URL(addressOf(this.getQuery()), ENDPOINT).href;
  };
  complete('class');
  complete('property');
  Yasqe.forkAutocompleter('prefixes', {
    name: 'graph-prefixes',
    persistenceId: null,
    get: () => Object.entries(prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`),
  });
  // The editor's own completers would ask a service elsewhere.
  Yasgui.defaults.yasqe.autocompleters = ['variables', 'graph-prefixes', 'graph-class', 'graph-property'];
  Yasgui.defaults.endpointCatalogueOptions.getData = () => [];
}

function open() {
  yasgui = new Yasgui(document.getElementById('editor'), {
    persistenceId: `kgraph ${window.location.pathname}`,
    populateFromUrl: false,
    requestConfig: { endpoint: () => ENDPOINT, acceptHeaderSelect: 'application/sparql-results+json', acceptHeaderGraph: 'text/turtle' },
    yasqe: { value: firstQuestion(), editorHeight: '20rem', resizeable: true },
    yasr: { prefixes },
  });
  const watched = new WeakSet();
  const look = () => {
    const tab = yasgui.getTab();
    if (!tab?.yasqe || watched.has(tab)) return;
    watched.add(tab);
    watch(tab);
  };
  yasgui.on('tabSelect', () => window.setTimeout(look));
  look();
}

async function start() {
  configure();
  await begin({ query: () => yasgui.getTab().getQuery(), setQuery, run: () => yasgui.getTab().query().catch(() => {}) });
  await learnTerms();
  open();
  ours = firstQuestion().trim();
  const given = queryInAddress();
  if (!given) return;
  setQuery(given);
  yasgui.getTab().query().catch(() => {});
}

start();
