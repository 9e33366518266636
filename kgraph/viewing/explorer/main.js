// Putting it together: what each change draws, the keys, the theme.

function render() {
  document.title = `${pageName()} – kgraph`;
  makeScene();
  drawTable();
  drawAsk();
  drawPanel();
  drawLegend();
  drawCrumbs();
  // Last: on a small screen the panel decides how much room the picture has.
  drawScene();
}

function pageName() {
  if (state.node >= 0) return shortened(nameOf(state.node), 60);
  if (state.view === 'ego') return shortened(nameOf(state.centre), 60);
  return shortened(DATA.title, 60);
}

/** Tell what the picture shows, with the choices that go with it. */
function drawCrumbs() {
  const drawn = scene.nodes.size;
  const all = isFiltered() ? 'that pass the filter' : `of ${count(NODES)} nodes`;
  const extent = drawn === NODES ? ` all ${count(NODES)} nodes` : ` the ${count(drawn)} most connected ${all}`;
  const told = {
    map: () => [element('strong', {}, 'Map'), element('span', { class: 'number' }, extent)],
    ego: () => [button('Map', showMap, { class: 'plain' }), ' › ', quoted(shortened(nameOf(state.centre), 40), { class: 'here' }),
      element('span', { class: 'number' }, nearTold())],
    path: () => [button('Map', showMap, { class: 'plain' }), ' › ', element('strong', {}, 'Path')],
    chosen: () => [button('Map', showMap, { class: 'plain' }), ' › ', element('strong', {}, 'Answer'),
      element('span', { class: 'number' }, ` · ${plural(chosenNodes(state).length, 'node', 'nodes')}`)],
  }[state.view]();
  const extra = {
    map: () => [
      NODES > MAP_SIZE && ENTITIES > MAP_SIZE && button('More nodes', () => go({ more: !state.more }), { 'aria-pressed': String(state.more), title: `Draw ${count(MAP_SIZE)} or ${count(Math.min(ENTITIES, LARGE_MAP_SIZE))}` }),
      !FACTS.papersOnMap && button('Papers', () => go({ papers: !state.papers }), { 'aria-pressed': String(state.papers), title: 'Draw the most connected papers too' }),
    ],
    ego: () => [1, 2].map((depth) => button(`${depth} ${depth > 1 ? 'steps' : 'step'}`, () => go({ depth }), { 'aria-pressed': String(state.depth === depth) })),
    path: () => null,
    chosen: () => state.query && button('Back to the question', toggleAsk),
  }[state.view]();
  byId('crumbs').replaceChildren(element('span', { class: 'where' }, told), element('span', { class: 'switch', role: 'group', 'aria-label': 'How much is drawn' }, extra || []));
  byId('crumbs').hidden = Boolean(state.table) || state.ask;
  announce([state.node >= 0 && `${nameOf(state.node).slice(0, 200)}, ${nodeLine(state.node)}`, byId('crumbs').querySelector('.where').textContent].filter(Boolean).join('. '));
}

/** How many of the neighbours are drawn. */
function nearTold() {
  const near = source.near(state.centre);
  const drawn = new Set(knownEdgesOf(state.centre).filter((number) => edgePasses(EDGES[number]))
    .map((number) => otherEnd(EDGES[number], state.centre)).filter((node) => isDrawn(node) && nodePasses(node)));
  return ` · ${drawn.size < near ? `the ${count(drawn.size)} closest of ${count(near)}` : count(near)} neighbours`;
}

const typing = (target) => target.matches('input:not([type=checkbox]):not([type=range]), textarea, select');

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const keys = {
    '/': () => byId('search').focus(),
    m: showMap,
    t: toggleTable,
    s: toggleAsk,
    e: () => state.node >= 0 && expand(state.node),
    Escape: stepBack,
  };
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
}

function stepBack() {
  if (closeDrawers()) return;
  if (state.node >= 0 || state.edge >= 0) go({ node: -1, edge: -1 });
  else if (state.view !== 'map' || state.community >= 0) showMap();
}

const toggleTable = () => go({ table: state.table ? '' : 'entities', ask: false });

function toggleLegend(open = !byId('legend').classList.contains('open')) {
  byId('legend').classList.toggle('open', open);
  byId('show-legend').setAttribute('aria-expanded', String(open));
}

function toggleTakeaway(open = byId('takeaway').hidden) {
  byId('takeaway').hidden = !open;
  byId('show-takeaway').setAttribute('aria-expanded', String(open));
  if (open) byId('takeaway').querySelector('button').focus();
}

/** Close what lies over the page; tell whether anything did. */
function closeDrawers() {
  const open = !byId('takeaway').hidden || byId('legend').classList.contains('open');
  toggleTakeaway(false);
  toggleLegend(false);
  return open;
}

const THEMES = { light: '☾', dark: '☀' };
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme').textContent = THEMES[theme];
  byId('theme').setAttribute('aria-label', theme === 'dark' ? 'Change to light' : 'Change to dark');
}

function startControls() {
  byId('title').textContent = shortened(DATA.title, 80);
  byId('home').addEventListener('click', showMap);
  byId('show-table').addEventListener('click', toggleTable);
  byId('show-ask').hidden = !DATA.ask;
  byId('show-ask').addEventListener('click', toggleAsk);
  byId('show-legend').addEventListener('click', () => toggleLegend());
  byId('show-takeaway').addEventListener('click', () => toggleTakeaway());
  byId('takeaway').append(...TAKEAWAYS.map(([label, action]) => button(label, () => { toggleTakeaway(false); whenHere(action(), () => {}); }, { role: 'menuitem' })));
  byId('zoom-in').addEventListener('click', () => zoomBy(1.4));
  byId('zoom-out').addEventListener('click', () => zoomBy(1 / 1.4));
  byId('zoom-fit').addEventListener('click', () => fitPicture());
  byId('theme').addEventListener('click', () => changeTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
  prefersDark.addEventListener('change', (event) => changeTheme(event.matches ? 'dark' : 'light'));
  document.addEventListener('keydown', onKey);
  document.addEventListener('click', (event) => { if (!event.target.closest('.menu')) toggleTakeaway(false); });
  window.addEventListener('hashchange', followAddress);
}

function changeTheme(theme) {
  setTheme(theme);
  readInk();
  render();
}

/** A page that was made for an answer or around a node opens there, unless its address says otherwise. */
function openAtStart() {
  const centre = NODE_OF_ID.get(DATA.start.focus);
  if (window.location.hash.length > 1) return;
  if (ANSWER.length) replaceHash(toHash({ ...START, view: 'chosen' }));
  else if (centre !== undefined) replaceHash(toHash({ ...START, view: 'ego', centre, node: centre, depth: DATA.start.depth >= 2 ? 2 : 1 }));
}

setTheme(prefersDark.matches ? 'dark' : 'light');
startControls();
startSearch();
startPicture();
openAtStart();
followAddress();
