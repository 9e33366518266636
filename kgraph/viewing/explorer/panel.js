// The panel beside the picture: a node, an edge, a path, or the overview.

function drawPanel() {
  const content = state.edge >= 0 ? edgePanel(state.edge)
    : state.node >= 0 ? nodePanel(state.node)
      : state.view === 'path' ? pathPanel() : homePanel();
  const panel = byId('panel');
  const focused = panel.contains(document.activeElement);
  const key = [state.edge, state.node, state.view, state.from, state.to].join();
  panel.replaceChildren(element('div', { class: 'sheet' }, closer(), content));
  // The button that was pressed is gone: the keyboard goes on from here.
  if (focused) panel.focus({ preventScroll: true });
  if (panel.dataset.key !== key) panel.scrollTop = 0;
  panel.dataset.key = key;
  panel.classList.toggle('raised', state.edge >= 0 || state.node >= 0);
}

function closer() {
  if (state.edge < 0 && state.node < 0) return null;
  return button('×', () => go({ node: -1, edge: -1 }), { class: 'close icon', 'aria-label': 'Close' });
}

const nodePanel = (node) => (isPaper(node) ? paperPanel(node) : entityPanel(node));

function actions(node) {
  const pinned = state.pinned.includes(node);
  return element('div', { class: 'actions', role: 'group', 'aria-label': 'Do with this' },
    state.view === 'ego' && state.centre === node ? null : button('Look around', () => lookAround(node), { title: 'Draw only this and its neighbours' }),
    button('Path to …', () => askForNode(`Path from ${shortened(nameOf(node), 30)} to …`, (to) => findPath(node, to))),
    expandMenu(node),
    button(pinned ? 'Unpin' : 'Pin', () => go({ pinned: toggled(state.pinned, node) }), { 'aria-pressed': String(pinned), title: 'Keep it in every picture' }),
    button('Hide', () => go({ hidden: toggled(state.hidden, node), node: -1, pinned: state.pinned.filter((one) => one !== node) })));
}

/** Neighbours to add to the picture: all, or by role or kind of tie, with their numbers. */
function expandMenu(node) {
  const ways = WAYS.map((by) => [by, tieCount(node, by)]).filter(([, number]) => number);
  if (!ways.length || state.view === 'path') return null;
  const names = isPaper(node) ? { ...KIND_NAMES, ...ROLE_NAMES } : { ...KIND_NAMES, ...ROLES_OF_PAPERS };
  const item = (by, label, number) => element('li', {}, button([label, element('span', { class: 'number' }, count(number))], () => expand(node, by)));
  return element('details', { class: 'drop' },
    element('summary', { title: 'Add its neighbours to the picture (double click or e: all)' }, 'Expand'),
    element('ul', {}, item('', 'all neighbours', tieCount(node)), ways.map(([by, number]) => item(by, names[by], number))));
}

const ROLES_OF_PAPERS = Object.fromEntries(DATA.roles.map((role) => [role, { introduces: 'papers that introduce it', evaluates_on: 'papers evaluated on it', compares_with: 'papers that compare with it', uses: 'papers that use it', mentions: 'papers that mention it' }[role]]));

const findPath = (from, to) => go({ view: 'path', from, to, node: -1, edge: -1, table: '', ask: false });

function entityPanel(node) {
  const { entities } = DATA;
  return [
    element('p', { class: 'kind' }, sign(typeOf(node)), typeOf(node)),
    quoted(nameOf(node), { class: 'title' }, 'h2'),
    element('p', { class: 'facts' }, `${plural(entities.papers[node], 'paper', 'papers')} · ${plural(entities.mentions[node], 'mention', 'mentions')}`),
    DATA.community[node] >= 0 ? element('p', { class: 'facts in-line' }, element('span', {}, 'region'), communityLink(DATA.community[node])) : null,
    actions(node),
    aliasList(node),
    kinList(node),
    neighbourTable(node),
    papersByRole(node),
  ];
}

const communityLink = (community) => button(communityName(community, 2), () => go({ ...START, community }), { class: 'plain', title: 'Its region of the map' });

function aliasList(node) {
  const chip = ([alias, number, reason]) => element('li', { class: 'chip', title: reason || null }, quoted(shortened(alias, 80)), element('span', { class: 'number' }, count(number)));
  return later(source.aliases(node), (aliases) => (aliases.length
    ? [element('h3', {}, 'Written as'), element('ul', { class: 'chips' }, aliases.slice(0, 24).map(chip))] : []));
}

function kinList(node) {
  const kin = source.ties(node, 'broader');
  if (!kin.total) return null;
  const line = (edge) => element('div', { class: 'tie' }, nodeLink(otherEnd(edge, node)),
    element('span', { class: 'number' }, edge.a === node ? 'wider' : 'variant'));
  // What it is a kind of comes before its own kinds.
  return [element('h3', {}, 'Family'), later(kin.take(0, kin.total),
    (edges) => longList([...edges].sort((one, two) => (two.a === node) - (one.a === node)), line, 6, { class: 'ties' }))];
}

/** Neighbours by log-likelihood, with a bar for it. */
function neighbourTable(node) {
  const ties = source.ties(node, 'co_mention');
  const heading = element('h3', {}, ties.total ? `Named together with (${count(ties.total)})` : 'Named together with');
  if (!ties.total) {
    const least = plural(DATA.leastPapers, 'paper', 'papers');
    return [heading, element('p', { class: 'note' }, `No other entity shares ${least} with it.`)];
  }
  let strongest = 0;
  const row = (edge) => {
    strongest = strongest || edge.weight || 1;
    return element('div', { class: 'tie' },
      nodeLink(otherEnd(edge, node)),
      button(plural(edge.papers, 'paper', 'papers'), () => go({ edge: edge.number, node: -1 }), {
        class: 'plain number', title: `log-likelihood ${edge.weight.toFixed(1)}, NPMI ${edge.npmi.toFixed(2)}: show the evidence`,
      }),
      element('span', { class: 'npmi', title: 'NPMI' }, edge.npmi.toFixed(2)),
      bar(edge.weight / strongest));
  };
  return [heading, longList(ties, row, 8, { class: 'ties' })];
}

function bar(share) {
  const made = vector('svg', { class: 'bar-of', viewBox: '0 0 100 3', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  made.append(vector('rect', { width: Math.max(1, 100 * share), height: 3 }));
  return made;
}

function papersByRole(node) {
  const groups = DATA.roles.map((role) => [role, tieCount(node, role)]).filter(([, number]) => number);
  const evidence = (edge) => paperEvidence(edge.a, [node], `confidence ${edge.confidence.toFixed(2)}`);
  const group = ([role, number], place) => {
    const made = element('details', { open: place === 0 || number <= 3 }, element('summary', {}, ROLE_NAMES[role], element('span', { class: 'number' }, count(number))));
    // What is closed is made when it is first opened.
    const fill = () => made.open && made.childElementCount === 1 && made.append(...longList(source.ties(node, role, 'date'), evidence, 5, { class: 'evidence' }));
    made.addEventListener('toggle', fill);
    fill();
    return made;
  };
  return [element('h3', {}, 'What papers do with it'), groups.map(group)];
}

function paperPanel(node) {
  const paper = paperOf(node);
  const { papers } = DATA;
  const facts = (identifiers) => element('p', { class: 'facts' }, [papers.date[paper], ...identifiers].filter(Boolean).join(' · '), outsideLink(node));
  return [
    element('p', { class: 'kind' }, sign('paper'), 'paper'),
    quoted(shortened(papers.title[paper], 600), { class: 'title paper-title' }, 'h2'),
    whenRead([node], () => [
      papers.authors[paper].length ? quoted(shortened(papers.authors[paper].join(', '), 300), { class: 'authors' }, 'p') : null,
      facts(papers.identifiers[paper].map(([scheme, value]) => `${scheme} ${value}`)),
    ]),
    actions(node),
    whenRead([node], () => abstractOf(node)),
    entitiesByRole(node),
    relatedPapers(node),
  ];
}

/** The whole text with every name marked; a click on a name shows it. */
function abstractOf(node) {
  const paper = paperOf(node);
  const text = DATA.papers.abstract[paper];
  if (!text) return element('p', { class: 'note' }, 'No abstract was given for this paper.');
  const { field, start, end, entity, confidence } = DATA.mentions;
  const marks = (MENTIONS_OF[paper] || []).filter((number) => field[number] === 1)
    .map((number) => ({ start: start[number], end: end[number], entity: entity[number], confidence: confidence[number] }));
  const made = marked(text, marks, { class: 'abstract' });
  made.addEventListener('click', (event) => {
    const mark = event.target.closest('mark');
    if (mark) visit(Number(mark.dataset.node));
  });
  return [element('h3', {}, SUMMARIES.has(paper) ? 'Summary' : 'Abstract'), summaryNote(node), made];
}

function entitiesByRole(node) {
  const ties = source.ties(node, 'named');
  if (!ties.total) return element('p', { class: 'note' }, 'No entity was found in this paper.');
  const line = (edge) => element('div', { class: 'tie' }, nodeLink(edge.b),
    button(edge.confidence.toFixed(2), () => go({ edge: edge.number, node: -1 }), { class: 'plain number', title: 'confidence: show the evidence' }));
  return later(ties.take(0, ties.total), (edges) => DATA.roles.map((role) => [role, edges.filter((edge) => edge.role === role)])
    .filter(([, group]) => group.length).map(([role, group]) => [element('h3', {}, `It ${ROLE_NAMES[role]}`), longList(group, line, 12, { class: 'ties' })]));
}

function relatedPapers(node) {
  const ties = source.ties(node, 'shared_technique');
  if (!ties.total) return null;
  const line = (edge) => element('div', { class: 'tie' }, nodeLink(otherEnd(edge, node)),
    button(`${count(edge.techniques.length)} shared`, () => go({ edge: edge.number, node: -1 }), { class: 'plain number', title: `score ${edge.weight.toFixed(2)}: show the techniques` }));
  return [element('h3', {}, 'Papers with the same techniques'), longList(ties, line, 6, { class: 'ties' })];
}

function pathPanel() {
  const path = source.path(state.from, state.to);
  const heading = [element('p', { class: 'kind' }, 'Path'),
    element('h2', { class: 'ends' }, nodeLink(state.from), element('span', { class: 'joint' }, 'to'), nodeLink(state.to)),
    element('div', { class: 'actions' }, button('Back to the map', showMap))];
  if (!path) return [heading, element('p', { class: 'note' }, 'No path passes the filters.')];
  const nodes = nodesOfPath(path, state.from);
  const step = (number) => {
    const edge = EDGES[number];
    const [first, second] = [edge.a, edge.b].sort((one, two) => nodes.indexOf(one) - nodes.indexOf(two));
    return element('li', {}, nodeLink(first), element('span', { class: 'joint' }, first === edge.a ? jointOf(edge) : backJointOf(edge)), nodeLink(second),
      stepEvidence(edge), button('all evidence', () => go({ edge: number, node: -1 }), { class: 'plain' }));
  };
  return [heading, element('p', { class: 'facts' }, plural(path.length, 'step', 'steps')), element('ol', { class: 'steps' }, path.map(step))];
}

/** The first sentence behind a tie. */
function stepEvidence(edge) {
  if (edge.kind === 'mentions') return [sentenceList(edge.a, [edge.b], 1), summaryNote(edge.a)];
  if (edge.kind !== 'co_mention') return null;
  return later(source.both(edge.a, edge.b).take(0, 1), ([paper]) => (paper === undefined ? [] : paperEvidence(paper, [edge.a, edge.b])));
}
