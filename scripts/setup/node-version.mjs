/** The first check of every command. Old syntax on purpose: it must still run on the Node it refuses. */

const NEEDED = [20, 18, 1];

/** Whether a version such as "v20.18.1" is new enough. */
export function isNewEnough(version) {
  const parts = version.replace('v', '').split('.').map(Number);
  for (let i = 0; i < NEEDED.length; i++) {
    if (parts[i] !== NEEDED[i]) return parts[i] > NEEDED[i];
  }
  return true;
}

/** Ends the process with one sentence where Node is too old. */
export function requireNode() {
  if (isNewEnough(process.version)) return;
  const needed = NEEDED.join('.');
  console.error(
    `Threadbox needs Node ${needed} or newer, and this is ${process.version}: install it from https://nodejs.org.`,
  );
  process.exit(1);
}
