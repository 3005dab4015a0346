"""Python and JavaScript: kernels that speak JSON lines, in on their descriptor 3 and out on 4; a byte on 5 answers their
`sync`."""

import mmap
import os

from .kernels import PIPE_SIZE, Kernel, pipes
from .loop import CHUNK, Outbox
from .wire import DONE, SYNC, Refusal, encode, run_of, split_at

MAX_LINE = 24 * 1024 * 1024
NODE = "/opt/node"
JS_KERNEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "js_kernel.cjs")


class LineKernel(Kernel):
    def flow(self, on):
        super().flow(on)
        if self.pid is not None and on:
            self._loop.watch(self._out, self._read)
        elif self.pid is not None:
            self._loop.unwatch(self._out)

    def _open(self):
        reading, writing = pipes(5)
        requests, frames, syncs, stdout, stderr = range(5)
        nothing = os.open("/dev/null", os.O_RDONLY)
        theirs = [nothing, writing[stdout], writing[stderr], reading[requests], writing[frames], reading[syncs]]
        ours = [writing[requests], reading[frames], writing[syncs], reading[stdout], reading[stderr]]
        pid = self._spawn(theirs, ours, self._become)
        self._in = Outbox(self._loop, writing[requests])
        self._out = reading[frames]
        self._syncs = Outbox(self._loop, writing[syncs])
        self._part = bytearray()
        self._has_children = False
        self._spoke = False
        self._loop.watch(self._out, self._read)
        self._started(pid, reading[stdout], reading[stderr])

    def _submit(self, run, code, envs):
        if not self._in.send(encode({"run": run, "code": code, "envs": envs})):
            raise Refusal("unavailable", "the kernel does not take any code")

    def _read(self):
        data = os.read(self._out, CHUNK)
        if not data:
            return self._loop.unwatch(self._out)
        self._spoke = True
        end = data.rfind(b"\n") + 1
        if end:
            self._pass_on(bytes(self._part) + data[:end])
            self._part.clear()
        self._part += data[end:]
        if len(self._part) > MAX_LINE:
            self.kill()

    def _pass_on(self, lines):
        """Keeps the order between frames and what the run's children write to their outputs.

        Before it starts a child a kernel sends `sync` and waits: all that was printed before is passed on then. From
        there on, what children have written goes before the next frame.
        """
        before, rest = split_at(SYNC, lines)
        before, done = split_at(DONE, before)
        if self._has_children:
            self._drain_texts()
        self._wire.pass_on(before)
        if rest:
            self._has_children = True
            self._syncs.send(b".")
        if done:
            self._finish(done)

    def _finish(self, done):
        self._has_children = False
        self._drain_texts()
        if run_of(done) == self.run:
            self._mark(None)
        self._wire.pass_on(done)

    def _last_words(self):
        os.set_blocking(self._out, False)
        try:
            lines = bytes(self._part) + os.read(self._out, PIPE_SIZE)
            self._wire.pass_on(lines[: lines.rfind(b"\n") + 1])
        except BlockingIOError:
            pass

    def _close(self):
        self._in.abandon()
        self._syncs.abandon()
        self._loop.unwatch(self._out)
        os.close(self._out)


class PythonKernel(LineKernel):
    """A fork of the agent, which has imported IPython already."""

    language = "python"
    insist_seconds = 1.0  # time for what the code does to clean up

    def interrupt(self, run=None):
        target = self.run if run is None else run
        if self.pid is None or target is None:
            return
        # The signal alone could arrive late and hit the next run: the kernel compares.
        self._asked[:8] = target.to_bytes(8, "little")
        self._insist(target)

    def _open(self):
        self._asked = mmap.mmap(-1, 8)  # shared with the fork
        super()._open()

    def _become(self):
        from . import python_kernel

        python_kernel.main(3, 4, 5, self._asked)


class JavaScriptKernel(LineKernel):
    language = "javascript"

    def interrupt(self, run=None):
        target = self.run if run is None else run
        if self.pid is None or target is None or target != self.run:
            return
        self._in.send(encode({"interrupt": target}))
        # For the kernel's children, those included that it is about to start; itself it takes no notice.
        self._insist(target)

    def _takes_signals(self):
        """Before its first word it has no handler yet, and would die of a signal."""
        return self._spoke

    def _open(self):
        if not os.access(NODE, os.X_OK):
            raise Refusal("unavailable", "JavaScript is off: the host has no Node.js that a sandbox may read")
        super()._open()

    def _become(self):
        os.execv(NODE, ["node", JS_KERNEL])
