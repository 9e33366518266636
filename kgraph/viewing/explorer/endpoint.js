// The server's SPARQL endpoint in the place of an engine of the page's own.

const endpoint = { asking: null };
const ENGINE_COMES = '';
const ABOUT_ENGINE = 'The whole graph with its sentences, as RDF in the terms of kgraph’s ontology; the filters do not count here. This server’s SPARQL endpoint answers.';
const ROW_TYPES = 'application/sparql-results+json, application/n-triples;q=0.9';

const startEngine = async () => ({ statements: DATA.served.statements });

function endEngine(reason) {
  endpoint.asking?.abort(new Error(reason));
  endpoint.asking = null;
}

/** Answer a query within some seconds, the first `most` rows of it. */
async function askEngine(text, seconds, most) {
  const asking = new AbortController();
  endpoint.asking = asking;
  const clock = setTimeout(() => asking.abort(new Error(`No answer within ${plural(seconds, 'second', 'seconds')}: ended.`)), 1000 * seconds);
  try {
    const response = await fetch('sparql', { method: 'POST', headers: { Accept: ROW_TYPES }, body: new URLSearchParams({ query: text }), signal: asking.signal });
    const body = await response.text();
    if (!response.ok) throw new Error(problemOf(body, response.status));
    return response.headers.get('Content-Type').startsWith('application/n-triples') ? statementsOf(body, most) : rowsOf(JSON.parse(body), most);
  } catch (error) {
    throw asking.signal.aborted ? asking.signal.reason : new Error(error instanceof TypeError ? 'The server does not answer.' : error.message);
  } finally {
    clearTimeout(clock);
  }
}

function problemOf(body, status) {
  let problem = {};
  try { problem = JSON.parse(body); } catch { /* No problem of the server's own: the status says all. */ }
  if (!problem.detail) return `The server failed (${status}).`;
  return `${problem.line ? `Line ${problem.line}, column ${problem.column}: ` : ''}${shortened(problem.detail.replace(/\s+/g, ' '), 300)}`;
}

function rowsOf(found, most) {
  if ('boolean' in found) return { kind: 'ask', answer: found.boolean };
  const columns = found.head.vars;
  const { bindings } = found.results;
  const rows = bindings.slice(0, most).map((binding) => columns.map((name) => (binding[name] ? termOf(binding[name]) : null)));
  return { kind: 'select', columns, rows, total: bindings.length };
}

function termOf({ type, value, datatype = '' }) {
  if (type === 'triple') return { kind: 'triple', value: ['subject', 'predicate', 'object'].map((part) => termOf(value[part]).value).join(' ') };
  return { kind: { uri: 'iri', bnode: 'blank' }[type] || 'literal', value, datatype };
}

const STATEMENT = /^<([^>]*)> <([^>]*)> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@[\w-]+)?) \.$/;
const ESCAPES = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f' };

/** The statements of N-Triples, which has one a line. */
function statementsOf(text, most) {
  const lines = text.split('\n').filter(Boolean);
  const iri = (value) => ({ kind: 'iri', value: unescaped(value), datatype: '' });
  const rows = lines.slice(0, most).flatMap((line) => {
    const parts = STATEMENT.exec(line);
    if (!parts) return [];
    const [, subject, predicate, object, literal, datatype = ''] = parts;
    return [[iri(subject), iri(predicate), object === undefined ? { kind: 'literal', value: unescaped(literal), datatype } : iri(object)]];
  });
  return { kind: 'graph', columns: ['subject', 'predicate', 'object'], rows, total: lines.length };
}

const unescaped = (text) => text.replace(/\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|(.))/g, (_, short, long, sign) => (
  sign ? ESCAPES[sign] ?? sign : String.fromCodePoint(Number.parseInt(short || long, 16))));
