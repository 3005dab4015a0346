/** The kernels of the sandboxes: what was last set in each, and whether code may still be running there. */
import type { KernelRow, Store } from '../ports.ts';
import type { Database, Guard } from './database.ts';

type KernelTable = Pick<Store, 'kernels' | 'beginInKernel' | 'endInKernel' | 'markKernel' | 'forgetKernels'>;

/** SQLite has no booleans. */
type RawKernel = Omit<KernelRow, 'busy'> & { readonly busy: number };

export function kernelTable(db: Database, guard: Guard): KernelTable {
  const select = db.prepare<[string], RawKernel>(
    'SELECT language, mark, busy FROM kernels WHERE sandbox = ? ORDER BY language',
  );
  const begin = db.prepare<[string, string]>(
    'INSERT INTO kernels (sandbox, language, busy) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET busy = 1',
  );
  const end = db.prepare<[string, string]>('UPDATE kernels SET busy = 0 WHERE sandbox = ? AND language = ?');
  const mark = db.prepare<[number, string, string]>('UPDATE kernels SET mark = ? WHERE sandbox = ? AND language = ?');
  const forget = db.prepare<[string]>('DELETE FROM kernels WHERE sandbox = ?');
  return {
    kernels: guard((sandbox): readonly KernelRow[] =>
      select.all(sandbox).map((raw) => ({ ...raw, busy: raw.busy !== 0 })),
    ),
    beginInKernel: guard((sandbox, language) => {
      begin.run(sandbox, language);
    }),
    endInKernel: guard((sandbox, language) => {
      end.run(sandbox, language);
    }),
    markKernel: guard((sandbox, language, number) => {
      mark.run(number, sandbox, language);
    }),
    forgetKernels: guard((sandbox) => {
      forget.run(sandbox);
    }),
  };
}
