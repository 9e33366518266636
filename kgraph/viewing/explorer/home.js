// The overview: what this is, the regions of the map, the most connected of each type.

function homePanel() {
  const { firstYear, lastYear, summaries } = FACTS;
  const dated = firstYear ? ` from ${firstYear === lastYear ? firstYear : `${firstYear} to ${lastYear}`}` : '';
  return [
    element('p', { class: 'kind' }, 'Overview'),
    quoted(shortened(DATA.title, 200), { class: 'title' }, 'h2'),
    element('p', { class: 'lead' }, `${plural(PAPERS, 'paper', 'papers')}${dated}, and the ${plural(ENTITIES, 'method, model, dataset, task or metric', 'methods, models, datasets, tasks and metrics')} that they name. `
      + 'Every tie opens the sentences it rests on.'),
    summaries ? element('p', { class: 'summary-note' }, summaries === PAPERS
      ? 'The texts are summaries by the kgraph project, not the authors’ abstracts.'
      : `${plural(summaries, 'text is a summary', 'texts are summaries')} by the kgraph project, not the authors’ abstract.`) : null,
    regionList(),
    DATA.types.map(topOfType),
    element('h3', {}, 'Keys'),
    element('p', { class: 'note keys' }, keyHint('/', 'search'), keyHint('m', 'map'), keyHint('t', 'table'), DATA.ask ? keyHint('s', 'SPARQL') : null, keyHint('e', 'expand'), keyHint('Esc', 'close')),
  ];
}

const keyHint = (key, told) => element('span', {}, element('kbd', {}, key), ` ${told} `);

function regionList() {
  if (DATA.communities.length < 2) return null;
  const line = (community) => element('div', { class: 'tie' },
    button([regionSign(community), quoted(communityName(community))], () => go({ ...START, community: state.community === community ? -1 : community }),
      { class: 'node-link', 'aria-pressed': String(state.community === community) }),
    element('span', { class: 'number' }, plural(FACTS.communityPapers[community], 'paper', 'papers')));
  return [element('h3', {}, 'Regions'), longList(DATA.communities.map((_, community) => community), line, 9, { class: 'ties' })];
}

const regionSign = (community) => vector('svg', { class: 'sign', viewBox: '-7 -7 14 14', 'aria-hidden': 'true' },
  vector('circle', { r: 5.5, fill: regionColour(community) }));

function topOfType(type) {
  if (!FACTS.types[type]) return null;
  const line = (node) => element('div', { class: 'tie' }, nodeLink(node), element('span', { class: 'number' }, count(DATA.entities.papers[node])));
  return [element('h3', {}, `Most named ${TYPE_PLURALS[type]}`, element('span', { class: 'number' }, count(FACTS.types[type]))), longList(source.top(type), line, 5, { class: 'ties' })];
}
