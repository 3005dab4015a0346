"""One long-lived shell. A cell is written to a file and sourced, so that an open quote cannot swallow what follows.

Before each prompt the shell reports, on descriptor 3, the last exit status and the number of the run it has seen last.
An interrupt can make it forget a line that it has read already; then the report carries an old number, and the line is
sent again. A line that is read twice runs once.
"""

import os
import re
import shlex
import tempfile

from .kernels import Kernel, close_all, pipes

#: `-i` lets an interrupt return to the reader instead of ending the shell; `+m`: no job control, there is no terminal.
SHELL = ["/bin/bash", "--noprofile", "--norc", "--noediting", "-i", "+m"]
SHELL_ENVS = {"PS1": "", "PS2": "", "HISTFILE": ""}
REPORT = 'builtin printf "%s %s\\n" "$?" "${__run-}" >&3'
REPORTED = re.compile(rb"^(\d+) (\d+)$", re.MULTILINE)
ENDED = "The shell has ended; the next run starts a new one.\n"


class BashKernel(Kernel):
    language = "bash"

    def interrupt(self, run=None):
        if self.pid is None or self.run is None or (run is not None and run != self.run):
            return
        self._interrupted = True
        self._insist(self.run)

    def _open(self):
        reading, writing = pipes(4)
        stdin, stdout, stderr, status = range(4)
        theirs = [reading[stdin], writing[stdout], writing[stderr], writing[status]]
        ours = [writing[stdin], reading[stdout], reading[stderr], reading[status]]
        pid = self._spawn(theirs, ours, self._become)
        self._in, self._status = writing[stdin], reading[status]
        self._cell = os.path.join(tempfile.mkdtemp(prefix=".bash-"), "cell")
        self._count = 0
        self._restore = []
        self._started(pid, reading[stdout], reading[stderr])
        # Waits until the shell reads. No run is on, so its complaint about the missing terminal is dropped.
        self._say(f"set +o history; __run=0; PROMPT_COMMAND={shlex.quote(REPORT)}")
        os.read(self._status, 64)
        self._drain_texts()
        self._loop.watch(self._status, self._read_status)

    def _become(self):
        os.execve(SHELL[0], SHELL, {**os.environ, **SHELL_ENVS})

    def _submit(self, run, code, envs):
        self._count += 1
        self._interrupted = False
        with open(self._cell, "w", errors="surrogatepass") as file:
            file.write(code)
        exports = [f"export {name}={shlex.quote(value)}" for name, value in envs.items()]
        steps = [f"__run={self._count}", *self._restore, *exports, f". {self._cell} 3>&- </dev/null"]
        self._line = f'[ "${{__run-}}" = {self._count} ] || {{ {"; ".join(steps)}; }}'
        self._restore = [_restored(name) for name in envs]
        self._wire.send(id=run, t="begin", n=self._count)
        self._say(self._line)

    def _say(self, line):
        try:
            os.write(self._in, line.encode(errors="surrogatepass") + b"\n")
        except BrokenPipeError:
            pass  # The shell is gone; its exit ends the run.

    def _read_status(self):
        said = os.read(self._status, 4096)
        if not said:
            return self._loop.unwatch(self._status)
        self._drain_texts()
        for code, count in REPORTED.findall(said):
            if self.run is None:
                return
            if int(count) == self._count:
                self._finish(int(code))
            else:
                self._say(self._line)

    def _finish(self, code):
        """The end of a run as E2B's bash kernel tells it: an error without a name, its value the exit status."""
        run = self.run
        self._mark(None)
        if self._interrupted:
            self._wire.send(id=run, t="error", name="ExecutionAborted", value="Execution was aborted", tb="")
        elif code:
            self._wire.send(id=run, t="error", name="", value=str(code), tb="")
        self._wire.send(id=run, t="done")

    def _ended(self, code):
        """`exit 3`, or a failure under `set -e`, is how a script ends and no death: the run itself says so."""
        if code < 0 or self.run is None:
            return super()._ended(code)
        run = self.run
        self._wire.send(id=run, t="stderr", d=ENDED)
        self._finish(code)
        self._died(self, code, run)

    def _last_words(self):
        """A shell that ends has said everything on its outputs."""

    def _close(self):
        self._loop.unwatch(self._status)
        close_all([self._status, self._in])


def _restored(name):
    value = os.environ.get(name)
    return f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}"
