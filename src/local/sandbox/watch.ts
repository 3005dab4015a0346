/** The watchdog's rounds over one sandbox. */
import type { LocalLog } from '../log.ts';
import { Crowd } from './crowd.ts';
import type { Limits } from './limits.ts';
import type { Sandbox } from './sandbox.ts';
import { judge, takeSample } from './watchdog.ts';

const INTERVAL_MS = 250;
/** An idle sandbox is looked at only every so many rounds: a thread may still be at work in it. */
const IDLE_ROUNDS = 4;

/** Starts watching; the returned function stops it. `share`: how many threads may want to run at once. */
export function watch(sandbox: Sandbox, limits: Limits, share: () => number, log: LocalLog): () => void {
  const crowd = new Crowd();
  let round = 0;
  let relieved = 0;

  const look = () => {
    round += 1;
    const { box } = sandbox;
    const rests = sandbox.state === 'paused' || !box.busy;
    if (box.pid === undefined || (rests && !crowd.rests && round % IDLE_ROUNDS !== 0)) return;
    // Should anything of a paused sandbox have been set going again, it is stopped again.
    if (sandbox.state === 'paused') return box.freeze();
    const sample = takeSample(box.pid, limits.memoryMb);
    sandbox.memoryBytes = sample.memoryBytes;
    if (crowd.rests) crowd.tick();
    else crowd.look(box.pid, sample.tasks, share());
    const verdict = judge(sample, limits, relieved);
    relieved = verdict === 'relieve' ? relieved + 1 : 0;
    if (verdict === 'fine') return;
    log('warn', 'a sandbox went over its limits', { sandbox: sandbox.id, verdict, ...sample });
    if (verdict === 'relieve') box.tell('relieve', {});
    else void box.end(`it used ${verdict.end}`);
  };

  const timer = setInterval(look, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
