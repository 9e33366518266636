// The answer of a CONSTRUCT or DESCRIBE as a picture: a view of the editor beside its table.

import { addressOfIri, ask, element, shortened } from './asking.js';

const MOST_NODES = 500;
const COLOURS = { method: '#0072b2', model: '#d55e00', dataset: '#009e73', task: '#cc79a7', metric: '#e69f00', paper: '#8a8f98', other: '#4b4f56' };
const KINDS = { Method: 'method', Model: 'model', Dataset: 'dataset', Task: 'task', Metric: 'metric', Paper: 'paper' };
const ONTOLOGY = 'https://w3id.org/kgraph/ontology#';
const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const NAMES = ['http://www.w3.org/2004/02/skos/core#prefLabel', 'http://purl.org/dc/terms/title', 'http://www.w3.org/2000/01/rdf-schema#label'];
const OPTIONS = {
  layout: { randomSeed: 7, improvedLayout: false },
  physics: { solver: 'forceAtlas2Based', stabilization: { iterations: 250 }, forceAtlas2Based: { gravitationalConstant: -70, centralGravity: 0.02, springLength: 90, avoidOverlap: 0.5 } },
  interaction: { hover: true, tooltipDelay: 120 },
  nodes: { shape: 'dot', size: 10, font: { size: 16, strokeWidth: 3, strokeColor: '#fff' }, borderWidth: 0, scaling: { label: { drawThreshold: 3 } } },
  edges: { arrows: 'to', color: { color: '#9aa0a6' }, smooth: false, font: { size: 12, color: '#5f6368', strokeWidth: 3, strokeColor: '#fff' } },
};

export class GraphView {
  priority = 20;
  label = 'Graph';

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(statements(this.yasr.results)?.length);
  }

  getIcon() {
    return element('span', { text: '◉', 'aria-hidden': 'true' });
  }

  async draw() {
    const { nodes, links, more } = read(statements(this.yasr.results));
    await addNames(nodes);
    const canvas = element('div', { role: 'img', 'aria-label': `A graph of ${nodes.size} nodes and ${links.length} links; the table says the same in words.` });
    const kinds = new Set([...nodes.values()].map((node) => node.kind));
    const legend = element('ul', { class: 'legend' }, ...Object.keys(COLOURS).filter((kind) => kinds.has(kind)).map((kind) => element('li', { class: kind, text: kind })));
    const cut = more ? [element('p', { class: 'hint', text: `Drawn are the first ${MOST_NODES} nodes; ${more} more are in the table.` })] : [];
    this.yasr.resultsEl.append(...cut, legend, element('div', { class: 'yasr_graph' }, canvas));
    const drawn = [...nodes].map(([id, node]) => ({ id, label: short(node.name || shortened(id)), title: told(id, node), color: COLOURS[node.kind] }));
    const edges = links.map(([from, property, to], number) => ({ id: number, from, to, label: shortened(property) }));
    this.network = new window.vis.Network(canvas, { nodes: drawn, edges }, OPTIONS);
    this.network.on('doubleClick', ({ nodes: [id] }) => {
      const address = id && addressOfIri(id);
      if (address) window.open(address, '_blank', 'noopener');
    });
    this.network.once('stabilizationIterationsDone', () => {
      this.network.setOptions({ physics: false });
      canvas.dataset.drawn = `${nodes.size}`;
    });
  }

  destroy() {
    this.network?.destroy();
    this.network = null;
  }
}

function statements(results) {
  return results?.getType() === 'ttl' ? results.getStatements() : null;
}

/// Nodes with their names and facts, and the links between them: literals and types are said of a node, not drawn.
function read(quads) {
  const nodes = new Map();
  const links = [];
  const beyond = new Set();
  const node = (id) => {
    if (!nodes.has(id) && nodes.size >= MOST_NODES) {
      beyond.add(id);
      return null;
    }
    if (!nodes.has(id)) nodes.set(id, { name: '', kind: 'other', facts: [] });
    return nodes.get(id);
  };
  for (const { subject, predicate, object } of quads) {
    const from = node(subject.value);
    if (!from) continue;
    if (predicate.value === TYPE) {
      from.kind = KINDS[object.value.replace(ONTOLOGY, '')] || from.kind;
      from.facts.push(shortened(object.value));
    } else if (object.termType === 'Literal') {
      if (NAMES.includes(predicate.value)) from.name ||= object.value;
      from.facts.push(`${shortened(predicate.value)} ${object.value}`);
    } else if (node(object.value)) {
      links.push([subject.value, predicate.value, object.value]);
    }
  }
  return { nodes, links, more: beyond.size };
}

/// Add the names and kinds that the answer itself does not tell.
async function addNames(nodes) {
  const nameless = [...nodes].filter(([id, node]) => (!node.name || node.kind === 'other') && /^https?:[^<>"{}|^`\\\s]*$/.test(id)).map(([id]) => `<${id}>`);
  if (!nameless.length) return;
  const query = `SELECT ?node ?name ?kind { VALUES ?node { ${nameless.join(' ')} } ?node <${NAMES[0]}>|<${NAMES[1]}> ?name . OPTIONAL { ?node <${TYPE}> ?kind . FILTER(STRSTARTS(STR(?kind), "${ONTOLOGY}")) } }`;
  const answer = await ask(query);
  if (!answer.ok) return; // the picture does without
  for (const row of (await answer.json()).results.bindings) {
    const node = nodes.get(row.node.value);
    node.name ||= row.name.value;
    if (node.kind === 'other') node.kind = KINDS[row.kind?.value.replace(ONTOLOGY, '')] || node.kind;
  }
}

const short = (text) => (text.length > 42 ? `${text.slice(0, 40)}…` : text);

/// A tooltip as an element: a text would be taken for markup.
function told(id, { name, facts }) {
  const lines = [name, shortened(id), ...facts.map((fact) => (fact.length > 200 ? `${fact.slice(0, 199)}…` : fact))];
  return element('div', { text: lines.filter(Boolean).slice(0, 12).join('\n') });
}
