import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../src/ports.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { temporaryFolder } from '../fakes/temp-folder.ts';
import { storeContract } from './store.ts';

storeContract('memory', () => {
  const store = memoryStore();
  return { store, reopen: () => store };
});

storeContract('SQLite', () => {
  const path = join(temporaryFolder(), 'data', 'threadbox.db');
  const open = (): Store => {
    const store = openStore(path);
    onTestFinished(() => store.close());
    return store;
  };
  const store = open();
  return {
    store,
    reopen: () => {
      store.close();
      return open();
    },
  };
});
