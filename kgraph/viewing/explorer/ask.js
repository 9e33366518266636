// The SPARQL tab: examples, the query, and its answer. Nothing of it is made before it is first opened.

const MOST_ROWS = 10000;
/** As many nodes of an answer as a picture has room for. */
const MOST_CHOSEN = 150;
const asking = { made: false, example: null, values: {}, ran: '', run: 0, busy: false };

function drawAsk() {
  byId('show-ask').setAttribute('aria-pressed', String(state.ask));
  byId('ask').hidden = !state.ask;
  if (!state.ask) return;
  if (!asking.made) makeAsk();
  if (state.query && state.query !== asking.ran) {
    byId('query').value = state.query;
    runQuery();
  }
}

const toggleAsk = () => DATA.ask && go({ ask: !state.ask, table: '' });

function makeAsk() {
  asking.made = true;
  const { examples } = DATA.ask;
  const pick = element('select', { id: 'example', onchange: () => useExample(examples[pick.value]) },
    examples.map(({ title }, number) => element('option', { value: number }, title)));
  const query = element('textarea', { id: 'query', rows: 12, spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', 'aria-label': 'SPARQL query' });
  query.addEventListener('keydown', (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) runQuery(); });
  byId('ask').replaceChildren(
    examples.length ? element('div', { class: 'slot example' }, element('label', { for: 'example' }, 'Question'), pick) : '',
    element('p', { id: 'example-about', class: 'note' }),
    element('div', { id: 'slots' }),
    query,
    element('div', { class: 'asking' },
      button('Run', runQuery, { id: 'run', class: 'primary', title: 'Ctrl + Enter' }),
      button('Stop', () => endEngine('Stopped.'), { id: 'stop', hidden: true }),
      element('label', { for: 'patience' }, 'at most ', element('input', { id: 'patience', type: 'number', min: 1, max: 3600, value: 30 }), ' seconds'),
      element('span', { id: 'run-state', class: 'note', role: 'status' })),
    element('div', { id: 'answer' }),
    aboutAsk());
  const start = examples.findIndex(({ name }) => name === 'most-used');
  if (examples.length) {
    pick.value = String(Math.max(0, start));
    useExample(examples[Math.max(0, start)]);
  } else query.value = 'SELECT ?class (COUNT(?node) AS ?nodes) WHERE { ?node a ?class } GROUP BY ?class ORDER BY DESC(?nodes)\n';
  say(ENGINE_COMES);
  startEngine().then(({ statements }) => asking.run || say(`${count(statements)} statements`), (error) => say(error.message));
}

const aboutAsk = () => element('details', { class: 'about-ask' }, element('summary', {}, 'What can be asked'),
  element('p', { class: 'note' }, `${ABOUT_ENGINE} These prefixes are known already:`),
  element('dl', { class: 'prefixes' }, Object.entries(DATA.ask.prefixes).map(([prefix, namespace]) => [element('dt', {}, `${prefix}:`), element('dd', {}, namespace)])));

function useExample(example) {
  asking.example = example;
  asking.values = firstValues(example);
  byId('example-about').textContent = example.comment;
  fillQuery();
}

function fillQuery() {
  const { example, values } = asking;
  byId('slots').replaceChildren(...parameterFields(example, values, (name, value) => {
    values[name] = value;
    fillQuery();
  }));
  byId('query').value = filledQuery(example, values);
  byId('query').rows = Math.min(18, byId('query').value.split('\n').length);
}

const say = (text) => { byId('run-state').textContent = text; };

async function runQuery() {
  const text = byId('query').value;
  const seconds = Math.max(1, Number(byId('patience').value) || 30);
  asking.run += 1;
  const { run } = asking;
  asking.ran = text;
  if (state.query !== text) go({ query: text });
  // One query at a time: what still runs is ended.
  if (asking.busy) endEngine('Stopped.');
  asking.busy = true;
  byId('stop').hidden = false;
  byId('run').disabled = true;
  byId('answer').setAttribute('aria-busy', 'true');
  const begin = performance.now();
  say(ENGINE_COMES);
  try {
    await startEngine();
    say('running …');
    const answer = await askEngine(text, seconds, MOST_ROWS);
    if (run === asking.run) showAnswer(answer, performance.now() - begin);
  } catch (error) {
    if (run === asking.run) showProblem(error.message);
  }
  if (run !== asking.run) return;
  asking.busy = false;
  byId('stop').hidden = true;
  byId('run').disabled = false;
  byId('answer').removeAttribute('aria-busy');
  // Where the query fills the window, as on a telephone, the answer would stand below it unseen.
  if (byId('answer').getBoundingClientRect().top > window.innerHeight - 120) byId('answer').scrollIntoView({ block: 'start', behavior: calm.matches ? 'auto' : 'smooth' });
}

function showProblem(message) {
  say('');
  byId('answer').replaceChildren(element('p', { class: 'problem', role: 'alert' }, message));
}

function showAnswer(answer, milliseconds) {
  const time = milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  if (answer.kind === 'ask') {
    say(time);
    byId('answer').replaceChildren(element('p', { class: 'yes-or-no' }, answer.answer ? 'Yes' : 'No'));
    return;
  }
  const [one, many] = answer.kind === 'graph' ? ['statement', 'statements'] : ['row', 'rows'];
  const cut = answer.total > answer.rows.length ? `, of which the first ${count(answer.rows.length)} are here` : '';
  say(`${plural(answer.total, one, many)}${cut} · ${time}`);
  if (!answer.total) {
    byId('answer').replaceChildren(element('p', { class: 'note' }, 'Nothing answers to this.'));
    return;
  }
  const ids = source.nodesAmong(idsOfAnswer(answer));
  byId('answer').replaceChildren(
    element('div', { class: 'actions' },
      ids.length ? button(ids.length > MOST_CHOSEN ? `Draw the first ${MOST_CHOSEN} of ${count(ids.length)} nodes` : `Draw ${plural(ids.length, 'node', 'nodes')}`, () => drawChosen(ids.slice(0, MOST_CHOSEN))) : null,
      button('Save as CSV', () => save('answer.csv', 'text/csv', answerAsCsv(answer)))),
    ...answerTable(answer));
}

const drawChosen = (ids) => whenHere(source.know({ ids }), () => go({
  ...START, view: 'chosen', chosen: ids.map((id) => NODE_OF_ID.get(id)).filter((node) => node !== undefined), query: state.query,
}));
