/** `npm start`: sets up, then goes on as the compiled program, with the same arguments. */
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

await setUpOrExit('start');

const program = new URL('../dist/main.js', import.meta.url);
process.argv[1] = fileURLToPath(program);
await import(program.href);
