/*
 * The JavaScript kernel. Cells run on the main thread through V8's REPL mode: top-level await works, and const and let
 * may be declared again. A worker thread owns the channel and sees to interrupts.
 * JSON lines: requests on descriptor 3, frames on 4.
 *
 * To interrupt a run the worker first asks the main thread to end it, which works while code waits. A main thread that
 * does not come round to it is stopped by the inspector, wherever it is, our own code included: so nothing here relies
 * on what came before, each request starts afresh, and the worker asks again until the run has ended. (Node's own
 * `breakOnSigint` will not do: a signal that comes as a run ends can hit the next one, or end the process.)
 */
'use strict';
const fs = require('node:fs');
const inspector = require('node:inspector');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const REQUESTS = 3;
const FRAMES = 4;
/** Of the shared state: the run that is on (0: none), and the last one to be interrupted. */
const RUNNING = 0;
const UNWANTED = 1;
const PIECE = 256 * 1024;
const MAX_TEXT = 4 * 1024 * 1024;
/** How long the main thread has to come round. */
const TERMINATE_AFTER_MS = 100;
const ASK_AGAIN_AFTER_MS = 20;

function writeFrame(frame) {
  let bytes = Buffer.from(`${JSON.stringify(frame)}\n`);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(fs.writeSync(FRAMES, bytes));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function runMain() {
  const path = require('node:path');
  const util = require('node:util');
  const { createRequire } = require('node:module');
  const state = new Int32Array(new SharedArrayBuffer(8));
  const session = new inspector.Session();
  session.connect();
  let count = 0;
  let restoreEnvs = () => {};

  const isRunning = (run) => Atomics.load(state, RUNNING) === run;

  const send = (frame) => {
    const id = Atomics.load(state, RUNNING);
    if (id > 0) writeFrame({ id, ...frame });
  };

  const post = (method, params) =>
    new Promise((resolve) => {
      session.post(method, params, (error, value) =>
        resolve(error ? { exceptionDetails: { text: error.message } } : value),
      );
    });

  function captureOutput(name) {
    process[name].write = (data, encoding, callback) => {
      const text = Buffer.from(data, typeof encoding === 'string' ? encoding : undefined).toString();
      for (let at = 0; at < text.length; at += PIECE) send({ t: name, d: text.slice(at, at + PIECE) });
      (typeof encoding === 'function' ? encoding : callback)?.();
      return true;
    };
  }

  function sendError(name, value, trace) {
    const short = (text) => String(text).slice(0, MAX_TEXT);
    send({ t: 'error', name: String(name), value: short(value), tb: short(trace) });
  }

  function uncaught(error) {
    sendError(error?.name ?? 'Error', error?.message ?? util.inspect(error), error?.stack ?? '');
  }

  function sendException(details) {
    const thrown = details.exception;
    // Below the user's frames lie the inspector's and ours.
    const [description] = String(thrown?.description ?? thrown?.value ?? details.text).split(INSPECTOR_FRAME);
    const name = thrown?.className ?? 'Error';
    const message = description.split('\n    at ')[0].replace(new RegExp(`^${name}: `), '');
    sendError(name, message, description);
  }

  async function sendValue(result) {
    const { objectId, unserializableValue, value } = result;
    const argument = objectId ? { objectId } : unserializableValue ? { unserializableValue } : { value };
    const shown = await post('Runtime.callFunctionOn', {
      functionDeclaration: 'value => __inspect(value)',
      arguments: [argument],
      executionContextId: 1,
      returnByValue: true,
    });
    send({ t: 'data', main: true, data: { 'text/plain': String(shown.result?.value ?? result.description) } });
  }

  async function evaluate(run, code) {
    const { exceptionDetails, result } = await post('Runtime.evaluate', {
      expression: rewriteImports(code),
      replMode: true,
      awaitPromise: true,
      objectGroup: 'cell',
      silent: true,
    });
    if (!isRunning(run)) return;
    if (exceptionDetails && Atomics.load(state, UNWANTED) === run) return finish(run, true);
    if (exceptionDetails) sendException(exceptionDetails);
    else if (result.type !== 'undefined') await sendValue(result);
    session.post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
    finish(run, false);
  }

  function begin({ run, code, envs }) {
    const before = Object.keys(envs).map((name) => [name, process.env[name]]);
    restoreEnvs = () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    };
    Object.assign(process.env, envs);
    Atomics.store(state, RUNNING, run);
    count += 1;
    send({ t: 'begin', n: count });
    if (Atomics.load(state, UNWANTED) === run) finish(run, true);
    else void evaluate(run, code);
  }

  /** Comes from the run's end and from the worker: the first counts. */
  function finish(run, interrupted) {
    if (!isRunning(run)) return;
    if (interrupted) sendError('KeyboardInterrupt', '', '');
    restoreEnvs();
    send({ t: 'done' });
    Atomics.compareExchange(state, RUNNING, run, 0);
  }

  globalThis.require = createRequire(path.join(process.cwd(), 'cell.js'));
  globalThis.__import = (name) => import(name.startsWith('.') ? path.resolve(name) : name);
  globalThis.__inspect = (value) =>
    util.inspect(value, { depth: 4, maxArrayLength: 200, maxStringLength: 20_000 }).slice(0, MAX_TEXT);
  globalThis.display = (data, mime = 'text/html') => {
    const value = Buffer.isBuffer(data) ? data.toString('base64') : String(data);
    send({ t: 'data', main: false, data: { [mime]: value } });
  };
  for (const name of ['stdout', 'stderr']) captureOutput(name);
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', uncaught);
  // The agent's signal is for the children.
  process.on('SIGINT', () => {});

  const worker = new Worker(__filename, { env: {}, workerData: state });
  // Node would wait, perhaps for ever, until the worker's inspector lets go of a process that ends. The worker ends it.
  process.reallyExit = () => {
    worker.postMessage('end');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  worker.on('message', (request) => {
    if (request.settle === undefined) begin(request);
    else finish(request.settle, true);
  });
}

const INSPECTOR_FRAME = /\n +at Session\.post \(node:inspector/;

/** `import` statements and calls as calls of a helper: code that is evaluated has no module loader of its own. */
function rewriteImports(code) {
  const statement = (pattern) => new RegExp(`(^|;)([ \\t]*)import\\s+${pattern}(['"][^'"\\n]+['"]);?`, 'gm');
  return code
    .replace(statement('([\\w$]+)\\s+from\\s+'), '$1$2const { default: $3 } = await __import($4);')
    .replace(statement('\\*\\s+as\\s+([\\w$]+)\\s+from\\s+'), '$1$2const $3 = await __import($4);')
    .replace(statement('\\{([^}]*)\\}\\s*from\\s+'), (_, start, space, names, from) => {
      return `${start}${space}const {${names.replace(/\bas\b/g, ':')}} = await __import(${from});`;
    })
    .replace(statement(''), '$1$2await __import($3);')
    .replace(/(?<![.\w$])import\s*\(/g, '__import(');
}

function runWorker() {
  const state = workerData;
  const session = new inspector.Session();
  session.connectToMainThread();
  let rest = Buffer.alloc(0);
  const chunk = Buffer.alloc(65_536);

  function interrupt(run) {
    Atomics.store(state, UNWANTED, run);
    const ask = () => {
      if (Atomics.load(state, RUNNING) !== run) return;
      parentPort.postMessage({ settle: run });
      setTimeout(terminate, TERMINATE_AFTER_MS);
    };
    const terminate = () => {
      if (Atomics.load(state, RUNNING) !== run) return;
      session.post('Runtime.terminateExecution', () => {});
      setTimeout(ask, ASK_AGAIN_AFTER_MS);
    };
    ask();
  }

  function take(line) {
    const request = JSON.parse(line);
    if (request.interrupt !== undefined) interrupt(request.interrupt);
    else parentPort.postMessage(request);
  }

  const end = () => process.kill(process.pid, 'SIGKILL');
  parentPort.once('message', end);

  function read() {
    fs.read(REQUESTS, chunk, 0, chunk.length, null, (error, size) => {
      if (error?.code === 'EAGAIN') return setTimeout(read, 5);
      if (error || size === 0) return end();
      rest = Buffer.concat([rest, chunk.subarray(0, size)]);
      for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
        take(rest.subarray(0, at).toString());
        rest = rest.subarray(at + 1);
      }
      read();
    });
  }
  read();
}

if (isMainThread) runMain();
else runWorker();
