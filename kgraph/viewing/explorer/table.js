// The same as a table, for people who would rather read; sorted by any column.

const TABLES = {
  entities: {
    name: 'Entities',
    columns: [['Name', 'text'], ['Type', 'text'], ['Papers', 'number'], ['Mentions', 'number'], ['Closest', 'text']],
    cells(node) {
      const closest = edgesOf(node, 'co_mention')[0];
      return [nameOf(node), typeOf(node), DATA.entities.papers[node], DATA.entities.mentions[node], closest ? nameOf(otherEnd(closest, node)) : ''];
    },
    order: 2,
  },
  papers: {
    name: 'Papers',
    columns: [['Title', 'text'], ['Date', 'text'], ['Entities', 'number'], ['Introduces', 'text']],
    cells: (node) => [nameOf(node), DATA.papers.date[paperOf(node)], entityCount(node),
      edgesOf(node, 'mentions').filter((edge) => edge.role === 'introduces').map((edge) => nameOf(edge.b)).join(', ')],
    order: 1,
  },
  ties: {
    name: 'Ties',
    columns: [['From', 'text'], ['Tie', 'text'], ['To', 'text'], ['Papers', 'number'], ['NPMI', 'number'], ['Weight', 'number']],
    cells(number) {
      const edge = EDGES[number];
      return [nameOf(edge.a), edge.kind === 'mentions' ? ROLE_NAMES[edge.role] : KIND_NAMES[edge.kind], nameOf(edge.b), edge.papers ?? '', edge.npmi ?? '', edge.weight];
    },
    order: 5,
  },
};

const ROWS_AT_ONCE = 150;
const tableOrder = { name: '', column: 0, falling: true, turn: 0 };

function drawTable() {
  byId('table').hidden = !state.table;
  byId('canvas').classList.toggle('behind', Boolean(state.table) || state.ask);
  byId('show-table').setAttribute('aria-pressed', String(Boolean(state.table)));
  if (!state.table) return;
  const table = TABLES[state.table];
  if (tableOrder.name !== state.table) Object.assign(tableOrder, { name: state.table, column: table.order, falling: true });
  const rows = source.table(state.table, tableOrder);
  tableOrder.turn += 1;
  const { turn } = tableOrder;
  whenHere(rows.take(0, Math.min(rows.total, ROWS_AT_ONCE)), (first) => {
    if (turn === tableOrder.turn) byId('table').replaceChildren(tableTabs(), ...tableOf(table, rows, first));
  });
}

const tableTabs = () => element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Tables' },
  Object.entries(TABLES).map(([key, { name }]) => button(name, () => go({ table: key }), { role: 'tab', 'aria-selected': String(state.table === key) })));

function tableOf(table, rows, first) {
  const head = table.columns.map(([name, kind], column) => element('th', { scope: 'col', class: kind, 'aria-sort': tableOrder.column === column ? (tableOrder.falling ? 'descending' : 'ascending') : 'none' },
    button(name, () => { Object.assign(tableOrder, { falling: tableOrder.column === column ? !tableOrder.falling : kind === 'number', column }); drawTable(); })));
  const body = element('tbody');
  const more = button('', () => whenHere(rows.take(shown, Math.min(rows.total, shown + ROWS_AT_ONCE)), add), { class: 'more' });
  let shown = 0;
  function add(found) {
    found.forEach((item) => body.append(tableRow(table, item)));
    shown += found.length;
    more.hidden = !found.length || shown >= rows.total;
    more.textContent = `Show more (${count(shown)} of ${count(rows.total)})`;
  }
  add(first);
  return [element('table', {}, element('caption', {}, plural(rows.total, 'row', 'rows')), element('thead', {}, element('tr', {}, head)), body), more];
}

function tableRow(table, item) {
  const isTie = table === TABLES.ties;
  const chosen = item === (isTie ? state.edge : state.node);
  return element('tr', { class: chosen ? 'chosen' : null, onclick: () => go(isTie ? { edge: item, node: -1 } : { node: item, edge: -1 }) }, table.cells(item).map((cell, column) => element('td', { class: table.columns[column][1] },
    column === 0 ? element('button', { type: 'button', class: 'node-link' }, isTie ? null : sign(typeOf(item)), quoted(shortened(cell, 120)))
      : typeof cell === 'number' ? count(Math.round(cell * 100) / 100) : quoted(shortened(cell, 80)))));
}
