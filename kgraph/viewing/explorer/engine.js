// Oxigraph in a worker: started when the tab is first opened, ended with a query that runs away, then started anew.

const engine = { worker: null, opened: null, calls: new Map(), last: 0, round: 0 };

/** Start the engine unless it runs; resolves to {statements}. */
function startEngine() {
  engine.opened ??= openWorker(engine.round);
  return engine.opened;
}

async function openWorker(round) {
  const [script, module, facts] = await Promise.all(['ask-script', 'ask-engine', 'ask-facts'].map((id) => unpacked(byId(id).textContent)));
  if (round !== engine.round) throw new Error('Stopped.');
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  engine.worker = new Worker(address);
  engine.worker.addEventListener('message', ({ data }) => settle(data));
  engine.worker.addEventListener('error', (event) => endEngine(`The engine failed${event.message ? `: ${event.message}` : ''}.`));
  return callEngine({ kind: 'open', engine: module, facts }, [module, facts]).finally(() => URL.revokeObjectURL(address));
}

/** The bytes of a compressed text in base 64. */
function unpacked(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).arrayBuffer();
}

function callEngine(message, transferred = []) {
  engine.last += 1;
  const call = engine.last;
  return new Promise((resolve, reject) => {
    engine.calls.set(call, { resolve, reject });
    engine.worker.postMessage({ ...message, call }, transferred);
  });
}

function settle({ call, result, error, broken }) {
  const waiting = engine.calls.get(call);
  engine.calls.delete(call);
  if (error === undefined) waiting?.resolve(result);
  else waiting?.reject(new Error(error));
  // An engine that ran out of memory answers nothing any more.
  if (broken) endEngine('The engine ran out of memory.');
}

/** End the engine; who waits for it is told why. It starts anew when it is next needed. */
function endEngine(reason) {
  engine.worker?.terminate();
  engine.round += 1;
  const waiting = [...engine.calls.values()];
  Object.assign(engine, { worker: null, opened: null, calls: new Map() });
  waiting.forEach(({ reject }) => reject(new Error(reason)));
}

/** Answer a query within some seconds, the first `most` rows of it. */
async function askEngine(text, seconds, most) {
  await startEngine();
  const clock = setTimeout(() => endEngine(`No answer within ${plural(seconds, 'second', 'seconds')}: ended.`), 1000 * seconds);
  try {
    return await callEngine({ kind: 'answer', text: `${PREFIX_LINE}\n${text}`, most });
  } catch (error) {
    throw new Error(told(error.message));
  } finally {
    clearTimeout(clock);
  }
}

const ENGINE_COMES = 'loading the engine …';
const ABOUT_ENGINE = 'The papers, entities and ties of this page with their weights, as RDF in the terms of kgraph’s ontology; the sentences are in the panel, and the filters do not count here. '
  + 'Oxigraph (MIT or Apache-2.0) answers inside this page; nothing leaves it.';

const PREFIX_LINE = DATA.ask ? Object.entries(DATA.ask.prefixes).map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}>`).join(' ') : '';

/** The engine's message without what it says of our own first line and without its long lists. */
function told(message) {
  const place = message.match(/^error at (\d+):(\d+): /);
  if (!place) return message;
  const where = `Line ${Math.max(1, place[1] - 1)}, column ${place[2]}: `;
  const said = message.includes('Prefix not found') ? 'this prefix is not known; declare it with PREFIX.' : message.slice(place[0].length);
  return where + shortened(said.replace(/\s+/g, ' '), 240);
}
