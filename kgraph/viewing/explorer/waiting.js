// What the page does while an answer is on its way. In a page of one file nothing ever is.

/** Some items in a row: {total, take(from, to)}, of which `take` gives an array, or the promise of one. */
const listingOf = (items) => ({ total: items.length, take: (from, to) => items.slice(from, to) });

/** What a value makes: at once, or when the value has come, in the place of a sign that waits for it. */
function later(value, make) {
  if (!(value instanceof Promise)) return make(value);
  const place = element('div', { class: 'waiting', 'aria-busy': 'true' });
  value.then((here) => place.replaceWith(...[make(here)].flat(Infinity).filter((one) => one || one === 0)),
    (error) => place.replaceWith(element('p', { class: 'note' }, error.message)));
  return place;
}

/** What is made of the texts of papers. */
const whenRead = (papers, make) => later(source.texts(papers), make);

/** Do something with a value: at once, or when it has come. */
function whenHere(value, act) {
  if (value instanceof Promise) value.then(act, (error) => tellProblem(error));
  else act(value);
}

const turns = { last: 0, clock: 0 };

/** Do something when an answer has come, unless something else was asked for in the meantime; `again` asks once more. */
function inTurn(waiting, act, again) {
  turns.last += 1;
  const turn = turns.last;
  clearTimeout(turns.clock);
  if (!(waiting instanceof Promise)) {
    setBusy(false);
    act(waiting);
    return;
  }
  // What comes soon needs no sign that it is coming.
  turns.clock = setTimeout(() => setBusy(true), 150);
  const end = (ended) => (answer) => {
    if (turn !== turns.last) return;
    clearTimeout(turns.clock);
    setBusy(false);
    ended(answer);
  };
  waiting.then(end((answer) => { tellProblem(null); act(answer); }), end((error) => {
    wanted = state;
    // A page whose address cannot be followed shows the map.
    if (picture.frame === '') render();
    tellProblem(error, again);
  }));
}

const setBusy = (busy) => byId('stage').classList.toggle('busy', busy);

/** Tell that something went wrong, with what can be done about it; null: nothing does any more. */
function tellProblem(error, again) {
  byId('trouble').hidden = !error;
  if (!error) return;
  const help = error.stale ? button('Load it anew', () => window.location.reload(), { class: 'plain' }) : again && button('Try again', again, { class: 'plain' });
  byId('trouble').replaceChildren(element('span', {}, error.message), help || '');
  announce(error.message);
}
