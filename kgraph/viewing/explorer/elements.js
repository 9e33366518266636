// Making elements. Text becomes text, never markup: nothing here or elsewhere sets innerHTML.

const byId = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString('en');
const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
const shortened = (text, length) => (text.length > length ? `${[...text.slice(0, length - 1)].join('').trimEnd()}…` : text);
const percent = (share) => `${Math.round(share * 100)} %`;

/** Make an element: element('p', {class: 'note', onclick: …}, 'text', child, [children], null). */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value === 'boolean') made[name] = value;
    else made.setAttribute(name, value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) made.append(child);
  }
  return made;
}

const button = (label, action, properties = {}) => element('button', { type: 'button', onclick: action, ...properties }, label);

/** Text of the corpus, which may run from right to left and be of any length. */
const quoted = (text, properties = {}, tag = 'span') => element(tag, { dir: 'auto', ...properties }, text);

const SVG = 'http://www.w3.org/2000/svg';

function vector(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The outline of a type's shape, as points or a circle, around (0, 0). */
function outline(shape, radius) {
  const polygon = (corners, turn, scale = 1) => Array.from({ length: corners }, (_, corner) => {
    const angle = turn + (corner * 2 * Math.PI) / corners;
    return `${(Math.cos(angle) * radius * scale).toFixed(1)},${(Math.sin(angle) * radius * scale).toFixed(1)}`;
  }).join(' ');
  if (shape === 'square') return vector('polygon', { points: polygon(4, Math.PI / 4, 1.25) });
  if (shape === 'diamond') return vector('polygon', { points: polygon(4, 0, 1.15) });
  if (shape === 'triangle') return vector('polygon', { points: polygon(3, -Math.PI / 2, 1.2) });
  if (shape === 'hexagon') return vector('polygon', { points: polygon(6, 0) });
  return vector('circle', { r: radius });
}

/** The sign of a type, as on the picture. */
function sign(type) {
  const shape = outline(DATA.look.shapes[type], 5);
  return vector('svg', { class: `sign ${type}`, viewBox: '-7 -7 14 14', 'aria-hidden': 'true' }, shape);
}

/** A node by its name; following it shows the node. */
function nodeLink(node, properties = {}) {
  const label = shortened(nameOf(node), 160) || '(no title)';
  return element('button', { type: 'button', class: 'node-link', onclick: () => visit(node), ...properties },
    sign(typeOf(node)), quoted(label));
}

/** A text with marks; overlapping marks are cut. */
function marked(text, marks, properties = {}) {
  const made = element('span', { dir: 'auto', ...properties });
  let at = 0;
  for (const mark of [...marks].sort((one, two) => one.start - two.start)) {
    if (mark.start < at || mark.end > text.length) continue;
    made.append(text.slice(at, mark.start));
    const type = typeOf(mark.entity);
    made.append(element('mark', {
      class: type, title: `${type}, confidence ${mark.confidence.toFixed(2)}`, 'data-node': mark.entity,
    }, text.slice(mark.start, mark.end)));
    at = mark.end;
  }
  made.append(text.slice(at));
  return made;
}

/** A list that shows some of its items, and more on demand; `given` is an array or a listing. */
function longList(given, make, step = 8, properties = {}) {
  const items = Array.isArray(given) ? listingOf(given) : given;
  const list = element('ul', properties);
  const more = button('', () => grow());
  more.className = 'more';
  let shown = 0;
  let stride = step;
  function grow() {
    more.disabled = true;
    whenHere(items.take(shown, Math.min(items.total, shown + stride)), (found) => {
      found.forEach((item) => list.append(element('li', {}, make(item))));
      shown += found.length;
      stride = step * 3;
      const left = found.length ? items.total - shown : 0;
      Object.assign(more, { disabled: false, hidden: left <= 0, textContent: `Show ${count(Math.min(stride, left))} more of ${count(items.total)}` });
    });
  }
  more.hidden = true;
  grow();
  return [list, more];
}

const announce = (text) => { byId('says').textContent = text; };
