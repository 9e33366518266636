// What stands behind a tie: the papers, the sentences with the names marked, the techniques.

/** The sentences of a paper that name some of the entities; those that name all come first. */
function sentenceList(paperNode, entities, limit = 3) {
  return whenRead([paperNode], () => {
    const sentences = sentencesOf(paperOf(paperNode), entities);
    const both = sentences.filter((sentence) => sentence.named.size > 1);
    const chosen = (both.length ? both : sentences).slice(0, limit);
    return chosen.map((sentence) => element('blockquote', { class: 'sentence' }, marked(sentence.text, sentence.marks)));
  });
}

const summaryNote = (paperNode) => SUMMARIES.has(paperOf(paperNode))
  && element('p', { class: 'summary-note' }, 'summary by the kgraph project, not the authors’ abstract');

/** A paper as evidence: title, date, link, and the sentences. */
function paperEvidence(paperNode, entities, note = null) {
  return element('article', { class: 'paper-evidence' },
    nodeLink(paperNode),
    element('p', { class: 'facts' }, [DATA.papers.date[paperOf(paperNode)], note].filter(Boolean).join(' · '), outsideLink(paperNode)),
    sentenceList(paperNode, entities),
    summaryNote(paperNode));
}

/** A link to the paper, only to http and https addresses. */
function outsideLink(paperNode) {
  const address = DATA.papers.url[paperOf(paperNode)];
  if (!/^https?:\/\//i.test(address)) return null;
  return element('a', { href: address, target: '_blank', rel: 'noopener noreferrer', class: 'outside' }, 'open paper ↗');
}

const fact = (name, value, help = '') => element('div', { class: 'fact', title: help || null }, element('dt', {}, name), element('dd', {}, value));

function edgePanel(number) {
  const edge = EDGES[number];
  const makers = { co_mention: comentionPanel, mentions: mentionPanel, shared_technique: sharedPanel, broader: broaderPanel };
  return [
    element('p', { class: 'kind' }, `Tie: ${KIND_NAMES[edge.kind]}`),
    element('h2', { class: 'ends' }, nodeLink(edge.a), element('span', { class: 'joint' }, jointOf(edge)), nodeLink(edge.b)),
    makers[edge.kind](edge),
  ];
}

const jointOf = (edge) => ({
  co_mention: 'named together with', mentions: ROLE_NAMES[edge.role], shared_technique: 'shares techniques with', broader: 'is a kind of',
}[edge.kind]);

const backJointOf = (edge) => {
  if (edge.kind === 'mentions') return { introduces: 'is introduced by', evaluates_on: 'serves to evaluate', compares_with: 'is compared with in', uses: 'is used by', mentions: 'is mentioned by' }[edge.role];
  return edge.kind === 'broader' ? 'has the variant' : jointOf(edge);
};

function comentionPanel(edge) {
  const papers = source.both(edge.a, edge.b);
  return [
    element('dl', { class: 'facts-row' },
      fact('papers', count(edge.papers)),
      fact('sentences', count(edge.sentences)),
      fact('log-likelihood', edge.weight.toFixed(1), 'How surely the two belong together (Dunning’s G²). Neighbours are ranked by it.'),
      fact('NPMI', edge.npmi.toFixed(2), 'Normalised pointwise mutual information, from −1 to 1. High for rare pairs too, so nothing is ranked by it.')),
    element('h3', {}, `Papers that name both (${count(papers.total)})`),
    longList(papers, (paper) => paperEvidence(paper, [edge.a, edge.b]), 6, { class: 'evidence' }),
  ];
}

function mentionPanel(edge) {
  return [
    element('dl', { class: 'facts-row' },
      fact('role', ROLE_NAMES[edge.role]),
      fact('confidence', edge.confidence.toFixed(2), 'How sure the extraction is, from 0 to 1.'),
      fact('mentions', count(edge.mentions))),
    element('h3', {}, 'Where the paper says so'),
    sentenceList(edge.a, [edge.b], 20),
    summaryNote(edge.a),
    element('p', { class: 'facts' }, outsideLink(edge.a)),
  ];
}

function sharedPanel(edge) {
  const technique = (one) => (typeof one === 'number'
    ? [nodeLink(one), element('span', { class: 'number' }, `in ${plural(DATA.entities.papers[one], 'paper', 'papers')}`),
      sentenceList(edge.a, [one], 1), sentenceList(edge.b, [one], 1)]
    : quoted(one));
  return [
    element('dl', { class: 'facts-row' },
      fact('techniques', count(edge.techniques.length)),
      fact('score', edge.weight.toFixed(2), 'The sum over the techniques; one that few papers have counts more.')),
    element('h3', {}, 'Methods and models of both, the rarest first'),
    longList(edge.techniques, technique, 10, { class: 'evidence' }),
    summaryNote(edge.a) || summaryNote(edge.b),
  ];
}

const broaderPanel = () => [element('p', { class: 'note' }, 'The first is a variant, a size or a version of the second, by their names.')];
