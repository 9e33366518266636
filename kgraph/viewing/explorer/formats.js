// What is shown in the formats of other programs: CSV, GraphML, Turtle, BibTeX.

/** A cell of a CSV file; what a spreadsheet would take for a formula is led by an apostrophe. */
function cell(value) {
  const text = typeof value === 'number' ? String(value) : String(value ?? '').replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csv = (head, rows) => `${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
const nodesAsCsv = ({ nodes }) => csv(['id', 'name', 'type', 'papers', 'mentions', 'date'], nodes.map((node) => [idOf(node), nameOf(node), typeOf(node),
  ...(isPaper(node) ? ['', '', DATA.papers.date[paperOf(node)]] : [DATA.entities.papers[node], DATA.entities.mentions[node], ''])]));
const edgesAsCsv = ({ edges }) => csv(['source', 'target', 'kind', 'role', 'confidence', 'papers', 'sentences', 'npmi', 'log_likelihood', 'score'], edges.map((edge) => [
  idOf(edge.a), idOf(edge.b), edge.kind, edge.role, edge.confidence ?? '', edge.papers ?? '', edge.sentences ?? '', edge.npmi ?? '',
  edge.kind === 'co_mention' ? edge.weight : '', edge.kind === 'shared_technique' ? edge.weight : '']));
const papersAsCsv = (shown) => csv(['id', 'title', 'date', 'authors', 'url', 'text_kind', 'abstract'], shown.map(paperOf).map((paper) => [
  DATA.papers.id[paper], DATA.papers.title[paper], DATA.papers.date[paper], DATA.papers.authors[paper].join('; '), DATA.papers.url[paper],
  SUMMARIES.has(paper) ? 'summary' : 'abstract', DATA.papers.abstract[paper]]));

const XML_SIGNS = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };
const xml = (text) => String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd').replace(/[<>&"]/g, (letter) => XML_SIGNS[letter]);

function graphAsGraphml(shown) {
  const key = (id, of, type) => `<key id="${id}" for="${of}" attr.name="${id}" attr.type="${type}"/>`;
  const datum = (id, value) => (value === undefined || value === '' ? '' : `<data key="${id}">${xml(value)}</data>`);
  const nodes = shown.nodes.map((node) => `<node id="${xml(idOf(node))}">${datum('name', nameOf(node))}${datum('type', typeOf(node))}</node>`);
  const edges = shown.edges.map((edge) => `<edge source="${xml(idOf(edge.a))}" target="${xml(idOf(edge.b))}">${datum('kind', edge.kind)}${datum('role', edge.role)}${datum('weight', edge.weight)}</edge>`);
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    key('name', 'node', 'string'), key('type', 'node', 'string'), key('kind', 'edge', 'string'), key('role', 'edge', 'string'), key('weight', 'edge', 'double'),
    '<graph edgedefault="undirected">', ...nodes, ...edges, '</graph>', '</graphml>', ''].join('\n');
}

const TURTLE_CLASSES = { method: 'Method', model: 'Model', dataset: 'Dataset', task: 'Task', metric: 'Metric', paper: 'Paper' };
const TURTLE_ROLES = { introduces: 'introduces', evaluates_on: 'evaluatesOn', compares_with: 'comparesWith', uses: 'uses', mentions: 'mentions' };

/** A node and a text as Turtle and SPARQL write them. */
const iriOf = (node) => `<${(DATA.base + idOf(node)).replace(/[\u0000-\u0020<>"{}|^`\\]/g, encodeURIComponent)}>`;
const literalOf = (text) => JSON.stringify(text).replace(/[\u007f\ufffe\uffff]/g, '\ufffd');

/** Nodes with their names and their ties, in the terms of the ontology, as an export writes them. */
function graphAsTurtle(shown) {
  const nodes = shown.nodes.map((node) => `${iriOf(node)} a kg:${TURTLE_CLASSES[typeOf(node)]} ; ${isPaper(node) ? 'dcterms:title' : 'skos:prefLabel'} ${literalOf(nameOf(node))} .`);
  const edges = shown.edges.flatMap((edge) => {
    const [a, b] = [iriOf(edge.a), iriOf(edge.b)];
    const both = (property) => [`${a} ${property} ${b} .`, `${b} ${property} ${a} .`];
    if (edge.kind === 'co_mention') return both('kg:coMentionedWith');
    if (edge.kind === 'shared_technique') return both('kg:sharesTechniqueWith');
    if (edge.kind === 'broader') return [`${a} skos:broader ${b} .`];
    return [...new Set([`${a} kg:mentions ${b} .`, `${a} kg:${TURTLE_ROLES[edge.role]} ${b} .`])];
  });
  return ['@prefix kg: <https://w3id.org/kgraph/ontology#> .', '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .',
    '@prefix dcterms: <http://purl.org/dc/terms/> .', '', ...nodes, ...edges, ''].join('\n');
}

const TEX_SIGNS = { '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}' };
/** A text as a BibTeX field, in which nothing is a command. */
const tex = (text) => text.replace(/\s+/g, ' ').replace(/[\\~^{}%&$#_]/g, (letter) => TEX_SIGNS[letter] || `\\${letter}`);

function papersAsBibtex(shown) {
  return shown.map(paperOf).map((paper) => {
    const { papers } = DATA;
    const field = (name, value) => (value ? `  ${name} = {${value}},\n` : '');
    const key = papers.id[paper].replace(/^paper\//, '').replace(/[^\w.-]+/g, '-');
    const arxiv = (papers.identifiers[paper].find(([scheme]) => scheme === 'arxiv') || [])[1];
    return `@misc{${key},\n${field('title', `{${tex(papers.title[paper])}}`)}${field('author', papers.authors[paper].map(tex).join(' and '))}`
      + `${field('year', papers.date[paper].slice(0, 4))}${field('url', papers.url[paper].replace(/[{}\\]/g, ''))}`
      + `${arxiv ? `  eprint = {${tex(arxiv)}},\n  archivePrefix = {arXiv},\n` : ''}}\n`;
  }).join('\n');
}
