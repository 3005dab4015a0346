/** The page's entry: reads what the browser remembers, connects, and draws. */
import { render } from 'preact';
import { App } from './app.tsx';
import { createDrafts } from './compose/drafts.ts';
import { createApi } from './net/api.ts';
import { openSocket } from './net/socket.ts';
import { parsePlace } from './place.ts';
import { startSession } from './session.ts';
import { openStorage, recall } from './storage.ts';

const storage = openStorage(window.localStorage);
const theme = storage.get('theme');
if (theme !== '') document.documentElement.dataset['theme'] = theme;

const socketUrl = new URL('/page/socket', window.location.href);
socketUrl.protocol = socketUrl.protocol === 'https:' ? 'wss:' : 'ws:';

const session = startSession({
  api: createApi(window.fetch.bind(window)),
  storage,
  remembered: { ...recall(storage, Date.now() / 1000), place: parsePlace(window.location.hash) ?? null },
  connect: (events) => openSocket(socketUrl.href, events),
});

// A file dropped beside the drop zones would replace the page.
for (const type of ['dragover', 'drop']) window.addEventListener(type, (event) => event.preventDefault());

const root = document.getElementById('app');
if (root) render(<App session={session} drafts={createDrafts(storage)} storage={storage} />, root);
