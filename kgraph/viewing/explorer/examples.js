// The named queries as examples, and the fields for their parameters.

/** A query with its parameters written into it; one without a value answers for all. */
function filledQuery(example, values) {
  return example.parameters.reduce((text, { name, type }) => {
    const term = values[name] === undefined || values[name] === '' ? 'UNDEF' : termOfValue(type, values[name]);
    return text.replace(new RegExp(`VALUES\\s+\\?${name}\\s*\\{\\s*UNDEF\\s*\\}`), () => `VALUES ?${name} { ${term} }`);
  }, example.text);
}

function termOfValue(type, value) {
  if (type === 'node') return iriOf(value);
  if (type === 'type') return `kg:${TURTLE_CLASSES[value]}`;
  if (type === 'role') return `kg:${TURTLE_ROLES[value]}`;
  return type === 'text' ? literalOf(value) : String(Number(value));
}

/** What the parameters are at first: their defaults; for a node what is selected, or the most connected that fits. */
function firstValues(example) {
  const values = {};
  for (const { name, type, default: value } of example.parameters) {
    if (type === 'node') values[name] = fittingNode(name, Object.values(values));
    else values[name] = value ?? '';
  }
  return values;
}

function fittingNode(name, taken) {
  const asked = TYPES.find((type) => type === name);
  const fits = (node) => node >= 0 && !taken.includes(node) && (asked ? typeOf(node) === asked : !isPaper(node));
  const chosen = [state.node, state.centre].find(fits);
  if (chosen !== undefined) return chosen;
  // Of entities in general a method or model says most.
  const types = asked ? [asked] : ['method', 'model'];
  let best = '';
  for (let node = 0; node < NODES; node += 1) {
    if (idOf(node) !== undefined && fits(node) && types.includes(typeOf(node)) && (best === '' || tieCount(node) > tieCount(best))) best = node;
  }
  return best;
}

/** A field for each parameter; `changed(name, value)` is told of a new value. */
const parameterFields = (example, values, changed) => example.parameters.map((slot) => element('div', { class: 'slot' },
  element('label', { for: `slot-${slot.name}`, title: slot.about }, slot.name),
  parameterField(slot, values[slot.name], (value) => changed(slot.name, value))));

function parameterField(slot, value, changed) {
  const id = `slot-${slot.name}`;
  if (slot.type === 'node') return nodeField(id, slot, value, changed);
  if (slot.type === 'type' || slot.type === 'role') {
    const options = slot.type === 'type' ? DATA.types.map((type) => [type, type]) : Object.entries(ROLE_NAMES);
    const select = element('select', { id, onchange: () => changed(select.value) },
      [['', 'any'], ...options].map(([key, label]) => element('option', { value: key, selected: key === value }, label)));
    return select;
  }
  const input = element('input', { id, type: slot.type === 'text' ? 'text' : 'number', step: slot.type === 'number' ? '0.05' : null, placeholder: 'any' });
  input.value = value;
  input.addEventListener('change', () => changed(input.value));
  return input;
}

/** A node is picked with the page's search. */
function nodeField(id, slot, value, changed) {
  const pick = () => askForNode(`Choose: ${slot.about}`, changed, id);
  const picker = button([value === '' ? 'any' : [sign(typeOf(value)), quoted(shortened(nameOf(value), 40))]], pick,
    { id, class: 'node-link picker', title: `${slot.about}: search for another`, 'aria-label': `${slot.about}: ${value === '' ? 'any' : shortened(nameOf(value), 80)}; search for another` });
  return [picker, value === '' ? null : button('×', () => changed(''), { class: 'plain', 'aria-label': `Any ${slot.name}` })];
}
