// The plain query page, for where the editor is not: a box to write in, a table or text for the answer.

import { $, ask, begin, element, firstQuestion, link, offerDownloads, plain, queryInAddress, readProblem, remember, say, showCut } from './asking.js';

const SHOWN = 2000; // rows drawn; the rest is in the download

let running = null;

// The box

function numberLines(wrong = 0) {
  const lines = $('query').value.split('\n').length;
  const numbers = $('numbers');
  numbers.replaceChildren();
  for (let line = 1; line <= lines; line += 1) {
    numbers.append(element('span', { class: line === wrong ? 'wrong' : '', text: `${line}\n` }));
  }
  numbers.scrollTop = $('query').scrollTop;
}

function setQuery(text) {
  $('query').value = text;
  numberLines();
}

function pointAt(line, column) {
  const box = $('query');
  const before = box.value.split('\n').slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const place = Math.min(box.value.length, before + Math.max(0, column - 1));
  box.focus();
  box.setSelectionRange(place, Math.min(box.value.length, place + 1));
  numberLines(line);
}

// Asking

async function run() {
  const query = $('query').value;
  if (!query.trim()) return;
  running?.abort();
  const stopper = new AbortController();
  running = stopper;
  $('stop').hidden = false;
  $('cut').hidden = true;
  say('running …');
  const began = performance.now();
  try {
    const answer = await ask(query, { strict: $('strict').checked, signal: stopper.signal });
    const text = await answer.text();
    const time = ((performance.now() - began) / 1000).toFixed(2);
    if (!answer.ok) showProblem(answer.status, text);
    else showAnswer(answer, text, time);
    remember(query);
  } catch (error) {
    if (error.name !== 'AbortError') say(`the server does not answer: ${error.message}`);
    else if (running === stopper) say('stopped');
  }
  if (running === stopper) {
    running = null;
    $('stop').hidden = true;
  }
}

function showProblem(status, text) {
  const problem = readProblem(text);
  say(`error ${status}`);
  $('answer').replaceChildren(element('p', { class: 'error', text: problem.detail }));
  offerDownloads('');
  if (problem.line) pointAt(problem.line, problem.column);
}

function showAnswer(answer, text, time) {
  showCut(answer.headers);
  const place = $('answer');
  if (answer.headers.get('Content-Type').startsWith('application/sparql-results+json')) {
    const result = JSON.parse(text);
    if ('boolean' in result) place.replaceChildren(element('p', {}, element('strong', { text: result.boolean ? 'yes' : 'no' })));
    else place.replaceChildren(...table(result));
    say('boolean' in result ? `${time} s` : `${result.results.bindings.length} rows, ${time} s`);
    offerDownloads('rows');
  } else {
    place.replaceChildren(element('div', { class: 'scroll' }, element('pre', { class: 'text', text })));
    say(`${time} s`);
    offerDownloads('graph');
  }
  numberLines();
}

function table(result) {
  const names = result.head.vars;
  const rows = result.results.bindings;
  const body = element('tbody');
  for (const row of rows.slice(0, SHOWN)) body.append(element('tr', {}, ...names.map((name) => cell(row[name]))));
  const head = element('thead', {}, element('tr', {}, ...names.map((name) => element('th', { scope: 'col', text: name }))));
  const more = rows.length > SHOWN ? [element('p', { class: 'hint', text: `${SHOWN} of ${rows.length} rows are shown; the download has all.` })] : [];
  return [element('div', { class: 'scroll' }, element('table', {}, head, body)), ...more];
}

function cell(term) {
  if (!term) return element('td');
  if (term.type === 'uri') return element('td', {}, link(term.value));
  if (term.type === 'triple') return element('td', { text: `<<( ${['subject', 'predicate', 'object'].map((part) => plain(term.value[part])).join(' ')} )>>` });
  const number = /#(integer|decimal|double|float|int|long)$/.test(term.datatype || '');
  return element('td', { class: number ? 'number' : '', text: term.value, dir: 'auto' });
}

// Beginning

$('query').addEventListener('input', () => numberLines());
$('query').addEventListener('scroll', () => { $('numbers').scrollTop = $('query').scrollTop; });
$('query').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
$('run').addEventListener('click', run);
$('stop').addEventListener('click', () => running?.abort());

async function start() {
  const given = queryInAddress();
  setQuery(given);
  await begin({ query: () => $('query').value, setQuery, run });
  if (given) run();
  else setQuery(firstQuestion());
}

start();
