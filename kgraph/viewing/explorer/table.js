// The same as a table, for people who would rather read; sorted by any column.

const TABLES = {
  entities: {
    name: 'Entities',
    columns: [['Name', 'text'], ['Type', 'text'], ['Papers', 'number'], ['Mentions', 'number'], ['Closest', 'text']],
    rows: (nodes) => nodes.filter((node) => !isPaper(node)).map((node) => {
      const closest = edgesOf(node, 'co_mention')[0];
      return { node, cells: [nameOf(node), typeOf(node), DATA.entities.papers[node], DATA.entities.mentions[node], closest ? nameOf(otherEnd(closest, node)) : ''] };
    }),
    order: 2,
  },
  papers: {
    name: 'Papers',
    columns: [['Title', 'text'], ['Date', 'text'], ['Entities', 'number'], ['Introduces', 'text']],
    rows: (nodes) => nodes.filter(isPaper).map((node) => {
      const ties = edgesOf(node, 'mentions');
      return { node, cells: [nameOf(node), DATA.papers.date[paperOf(node)], ties.length, ties.filter((edge) => edge.role === 'introduces').map((edge) => nameOf(edge.b)).join(', ')] };
    }),
    order: 1,
  },
  ties: {
    name: 'Ties',
    columns: [['From', 'text'], ['Tie', 'text'], ['To', 'text'], ['Papers', 'number'], ['NPMI', 'number'], ['Weight', 'number']],
    rows: (nodes) => {
      const shown = new Set(nodes);
      return EDGES.flatMap((edge, number) => (shown.has(edge.a) && shown.has(edge.b) && edgePasses(edge)
        ? [{ edge: number, cells: [nameOf(edge.a), edge.kind === 'mentions' ? ROLE_NAMES[edge.role] : KIND_NAMES[edge.kind], nameOf(edge.b), edge.papers ?? '', edge.npmi ?? '', edge.weight] }] : []));
    },
    order: 5,
  },
};

const tableOrder = { name: '', column: 0, falling: true };

function drawTable() {
  byId('table').hidden = !state.table;
  byId('canvas').classList.toggle('behind', Boolean(state.table) || state.ask);
  byId('show-table').setAttribute('aria-pressed', String(Boolean(state.table)));
  if (!state.table) return;
  const table = TABLES[state.table];
  if (tableOrder.name !== state.table) Object.assign(tableOrder, { name: state.table, column: table.order, falling: true });
  const rows = sortedRows(table.rows(nodesOfTable()));
  byId('table').replaceChildren(tableTabs(), ...tableOf(table, rows));
}

/** All that passes the filters; around a node or along a path, what is drawn. */
function nodesOfTable() {
  if (state.view !== 'map') return [...scene.nodes.keys()];
  return Array.from({ length: NODES }, (_, node) => node)
    .filter((node) => nodePasses(node) && (state.community < 0 || DATA.community[node] === state.community));
}

function sortedRows(rows) {
  const { column, falling } = tableOrder;
  const turn = falling ? -1 : 1;
  const compare = (one, two) => (typeof one === 'number' && typeof two === 'number' ? one - two : String(one).localeCompare(String(two)));
  return rows.sort((one, two) => turn * compare(one.cells[column], two.cells[column]));
}

const tableTabs = () => element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Tables' },
  Object.entries(TABLES).map(([key, { name }]) => button(name, () => go({ table: key }), { role: 'tab', 'aria-selected': String(state.table === key) })));

function tableOf(table, rows) {
  const head = table.columns.map(([name, kind], column) => element('th', { scope: 'col', class: kind, 'aria-sort': tableOrder.column === column ? (tableOrder.falling ? 'descending' : 'ascending') : 'none' },
    button(name, () => { Object.assign(tableOrder, { falling: tableOrder.column === column ? !tableOrder.falling : kind === 'number', column }); drawTable(); })));
  const body = element('tbody');
  const more = button('', () => grow(), { class: 'more' });
  let shown = 0;
  function grow() {
    rows.slice(shown, shown + 150).forEach((row) => body.append(tableRow(table, row)));
    shown = Math.min(rows.length, shown + 150);
    more.hidden = shown >= rows.length;
    more.textContent = `Show more (${count(shown)} of ${count(rows.length)})`;
  }
  grow();
  return [element('table', {}, element('caption', {}, plural(rows.length, 'row', 'rows')), element('thead', {}, element('tr', {}, head)), body), more];
}

function tableRow(table, row) {
  const open = () => (row.edge === undefined ? go({ node: row.node, edge: -1 }) : go({ edge: row.edge, node: -1 }));
  const chosen = row.edge === undefined ? row.node === state.node : row.edge === state.edge;
  return element('tr', { class: chosen ? 'chosen' : null, onclick: open }, row.cells.map((cell, column) => element('td', { class: table.columns[column][1] },
    column === 0 ? element('button', { type: 'button', class: 'node-link' }, row.node === undefined ? null : sign(typeOf(row.node)), quoted(shortened(cell, 120)))
      : typeof cell === 'number' ? count(Math.round(cell * 100) / 100) : quoted(shortened(cell, 80)))));
}
