// Finding nodes by name or alias, forgiving a typo, and the search box.

/** Greek letters are spelled as they are typed: tau finds τ. */
const GREEK = 'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega'.split(' ');
const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[α-ω]/g, (letter) => GREEK[letter.codePointAt(0) - 0x3b1]);
const squeezed = (text) => folded(text).replace(/[^\p{L}\p{N}]+/gu, '');
const words = (text) => folded(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

function likeness(plain, asked, spelling) {
  if (spelling.plain === plain) return 100;
  if (spelling.plain.startsWith(plain)) return 80 - Math.min(15, spelling.plain.length - plain.length) * 0.5;
  if (asked.every((word) => spelling.words.some((other) => other.startsWith(word)))) return 62;
  if (plain.length >= 3 && spelling.plain.includes(plain)) return 55;
  const allowed = plain.length >= 8 ? 2 : plain.length >= 4 ? 1 : 0;
  if (!allowed) return 0;
  const whole = distance(plain, spelling.plain, allowed);
  if (whole <= allowed) return 50 - 8 * whole;
  const misses = asked.map((word) => {
    const slack = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
    return spelling.words.reduce((least, other) => Math.min(least, other.startsWith(word) ? 0 : distance(word, other, slack), beginsLike(word, other, slack)), 9);
  });
  return misses.every((miss) => miss <= 2) ? 40 - 6 * misses.reduce((sum, miss) => sum + miss, 0) : 0;
}

/** Edits between a word that is being written and the beginning of a longer one, a little more than between whole words. */
function beginsLike(word, other, slack) {
  if (!slack || other.length <= word.length + slack || other[0] !== word[0]) return 9;
  // Of few letters too many names have all but one: there one may be missing, no more.
  const lengths = word.length > 5 ? [word.length - 1, word.length, word.length + 1] : [word.length + 1];
  return 0.5 + Math.min(...lengths.map((length) => distance(word, other.slice(0, length), 1)));
}

/** Edits between two words, a swap of neighbours counting once (optimal string alignment); 9 where past the limit. */
function distance(one, two, limit) {
  if (Math.abs(one.length - two.length) > limit) return 9;
  let before = [];
  let last = Array.from({ length: two.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    let least = row;
    for (let column = 1; column <= two.length; column += 1) {
      const same = one[row - 1] === two[column - 1];
      let cost = Math.min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      if (row > 1 && column > 1 && one[row - 1] === two[column - 2] && one[row - 2] === two[column - 1]) {
        cost = Math.min(cost, before[column - 2] + 1);
      }
      line.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return 9;
    before = last;
    last = line;
  }
  return last[two.length] <= limit ? last[two.length] : 9;
}

/** Make the search box: arrows choose, Enter takes, Escape leaves. `choose` is what a choice does at the time, `after` has the focus then. */
const searchBox = { choose: null, after: 'panel', options: [], active: -1, turn: 0, hits: null, clock: 0 };

function startSearch() {
  const input = byId('search');
  const list = byId('suggestions');
  input.addEventListener('input', () => suggest(input.value));
  input.addEventListener('focus', () => input.value && suggest(input.value));
  input.addEventListener('blur', closeSuggestions);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') activate(searchBox.active + 1);
    else if (event.key === 'ArrowUp') activate(searchBox.active - 1);
    else if (event.key === 'Enter') whenHere(searchBox.hits, () => take(searchBox.active < 0 ? 0 : searchBox.active));
    else if (event.key === 'Escape') leaveSearch();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // A press would take the focus, and with it the list, away before the click.
  list.addEventListener('mousedown', (event) => event.preventDefault());
}

/** Look for a text. What comes for an earlier text is left aside. */
function suggest(text) {
  searchBox.turn += 1;
  const { turn } = searchBox;
  const found = source.find(text, 24);
  searchBox.hits = found instanceof Promise ? found.then((hits) => turn === searchBox.turn && showHits(text, hits)) : null;
  if (searchBox.hits) searchBox.hits.catch((error) => tellProblem(error));
  else showHits(text, found);
}

function showHits(text, found) {
  const groups = new Map();
  for (const hit of found) {
    const type = typeOf(hit.node);
    if (!groups.has(type)) groups.set(type, []);
    if (groups.get(type).length < 6) groups.get(type).push(hit);
  }
  searchBox.options = [];
  const list = byId('suggestions');
  list.replaceChildren(...[...groups].map(([type, hits]) => element('div', { role: 'group', 'aria-label': TYPE_PLURALS[type] },
    element('p', { class: 'group', 'aria-hidden': 'true' }, TYPE_PLURALS[type]),
    hits.map(suggestion))));
  if (!found.length && squeezed(text)) list.replaceChildren(element('p', { class: 'nothing' }, 'Nothing by that name. Try fewer letters.'));
  list.hidden = !squeezed(text);
  byId('search').setAttribute('aria-expanded', String(!list.hidden));
  activate(found.length ? 0 : -1);
  if (squeezed(text)) announce(plural(searchBox.options.length, 'suggestion', 'suggestions'));
}

function suggestion(hit) {
  const number = searchBox.options.length;
  const alias = folded(hit.text) !== folded(nameOf(hit.node).slice(0, 300)) ? hit.text : '';
  const option = element('div', { role: 'option', id: `option-${number}`, class: 'option', onclick: () => take(number) },
    sign(typeOf(hit.node)),
    quoted(shortened(nameOf(hit.node), 140), { class: 'name' }),
    alias && quoted(shortened(alias, 40), { class: 'alias' }),
    element('span', { class: 'number' }, isPaper(hit.node)
      ? DATA.papers.date[paperOf(hit.node)].slice(0, 4) : plural(DATA.entities.papers[hit.node], 'paper', 'papers')));
  searchBox.options.push({ node: hit.node, option });
  return option;
}

function activate(wanted) {
  const { options } = searchBox;
  searchBox.active = options.length ? (wanted + options.length) % options.length : -1;
  options.forEach(({ option }, number) => option.setAttribute('aria-selected', String(number === searchBox.active)));
  const active = options[searchBox.active];
  if (active) active.option.scrollIntoView({ block: 'nearest' });
  if (active) byId('search').setAttribute('aria-activedescendant', active.option.id);
  else byId('search').removeAttribute('aria-activedescendant');
}

function take(number) {
  const chosen = searchBox.options[number];
  if (!chosen) return;
  const choose = searchBox.choose || lookAround;
  const { after } = searchBox;
  leaveSearch();
  choose(chosen.node);
  byId(after).focus({ preventScroll: true });
}

function closeSuggestions() {
  byId('suggestions').hidden = true;
  byId('search').setAttribute('aria-expanded', 'false');
}

function leaveSearch() {
  Object.assign(searchBox, { choose: null, after: 'panel', turn: searchBox.turn + 1, hits: null });
  byId('search').value = '';
  byId('search').placeholder = SEARCH_HINT;
  closeSuggestions();
  byId('search').blur();
}

const SEARCH_HINT = byId('search').placeholder;

/** Ask for another node in the search box; the element `after` has the focus then. */
function askForNode(hint, choose, after = 'panel') {
  Object.assign(searchBox, { choose, after });
  byId('search').placeholder = hint;
  byId('search').focus();
}
