// The legend, which is the filter: what is drawn how, how many there are, and what to leave out.

function drawLegend() {
  const { types, kinds, roles } = source.counts();
  const kept = byId('legend').contains(document.activeElement) ? document.activeElement.id : '';
  byId('legend').replaceChildren(element('div', {},
    element('div', { class: 'legend-head' }, element('h2', {}, 'Legend & filter'),
      isFiltered() && button('Reset', () => go(withoutFilters()), { class: 'plain' })),
    choices('Types', TYPES.map((type) => ({ key: 'offTypes', value: type, label: TYPE_PLURALS[type], sign: sign(type), number: types[type] }))),
    choices('Ties', KINDS.filter((kind) => FACTS.kinds[kind])
      .map((kind) => ({ key: 'offKinds', value: kind, label: KIND_NAMES[kind], sign: lineSign(kind), number: kinds[kind] }))),
    choices('What papers do', DATA.roles.map((role) => ({ key: 'offRoles', value: role, label: ROLE_NAMES[role], number: roles[role] }))),
    element('fieldset', {}, element('legend', {}, 'At least'), sliders()),
    years(),
    element('fieldset', {}, element('legend', {}, 'Colour by'), element('div', { class: 'switch', role: 'group' },
      [['type', 'type'], ['community', 'region']].map(([value, label]) => button(label, () => go({ colour: value }, { small: true }), { id: `colour-${value}`, 'aria-pressed': String(state.colour === value) })))),
    hiddenList()));
  if (kept && byId(kept)) byId(kept).focus();
}

function choices(name, rows) {
  return element('fieldset', {}, element('legend', {}, name), rows.map((row) => {
    const id = `${row.key}-${row.value}`;
    return element('label', { class: 'choice', for: id },
      element('input', { type: 'checkbox', id, checked: !state[row.key].includes(row.value), onchange: () => go({ [row.key]: toggled(state[row.key], row.value) }) }),
      row.sign || null, element('span', { class: 'name' }, row.label), element('span', { class: 'number' }, count(row.number)));
  }));
}

function lineSign(kind) {
  const dash = { shared_technique: '5 3', broader: '2 2' }[kind];
  return vector('svg', { class: 'sign line', viewBox: '0 0 20 14', 'aria-hidden': 'true' },
    vector('line', { x1: 1, x2: 19, y1: 7, y2: 7, 'stroke-width': kind === 'co_mention' ? 3 : 1.5, ...(dash ? { 'stroke-dasharray': dash } : {}) }));
}

function sliders() {
  const { mostPapers, mostTogether, strongest } = FACTS;
  return [
    slider('leastPapers', 'papers of an entity', 1, Math.min(50, mostPapers), 1, (value) => String(value)),
    slider('leastTogether', 'papers together', DATA.leastPapers, Math.min(30, Math.max(DATA.leastPapers, mostTogether)), 1, (value) => String(value)),
    strongest > 0 && slider('leastWeight', 'log-likelihood', 0, Math.ceil(Math.min(60, strongest)), 1, (value) => String(value)),
    slider('leastConfidence', 'confidence', 0, 0.95, 0.05, (value) => value.toFixed(2)),
  ];
}

function slider(key, label, least, most, step, told) {
  const output = element('output', { class: 'number' }, told(state[key]));
  const input = element('input', { type: 'range', id: `filter-${key}`, min: least, max: most, step, disabled: most <= least });
  input.value = state[key];
  input.addEventListener('input', () => { output.textContent = told(Number(input.value)); });
  input.addEventListener('change', () => go({ [key]: Number(input.value) }, { small: true }));
  return element('label', { class: 'slider', for: input.id }, element('span', { class: 'name' }, label), output, input);
}

function years() {
  const { firstYear, lastYear, undated } = FACTS;
  if (!firstYear || firstYear === lastYear) return null;
  const box = (key, label, start) => {
    const input = element('input', { type: 'number', id: `filter-${key}`, min: firstYear, max: lastYear, placeholder: start, 'aria-label': label });
    if (state[key]) input.value = state[key];
    input.addEventListener('change', () => go({ [key]: Number(input.value) || 0 }));
    return input;
  };
  return element('fieldset', {}, element('legend', {}, 'Years'),
    element('div', { class: 'years' }, box('since', 'From year', firstYear), '–', box('until', 'To year', lastYear)),
    undated ? element('p', { class: 'note' }, `${plural(undated, 'paper has', 'papers have')} no date and then fall away.`) : null);
}

function hiddenList() {
  if (!state.hidden.length) return null;
  return element('fieldset', {}, element('legend', {}, 'Hidden'), state.hidden.map((node) => button(`Show ${shortened(nameOf(node), 24)}`,
    () => go({ hidden: toggled(state.hidden, node) }), { class: 'plain hidden-node' })));
}
