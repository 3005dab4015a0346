"""Kernels as the agent sees them: a process for each context, its pipes, its death.

The process starts with the first run; when it has died, the next run starts another. One run at a time: the host sees
to that.
"""

import codecs
import fcntl
import os
import signal

from .wire import Refusal

#: A pipe holds this much: all that can be left in it once its writer has said that a run is done.
PIPE_SIZE = 64 * 1024
#: Above any descriptor a kernel wants for itself.
SPARE_FD = 64
MAX_FD = 1024


class Kernel:
    """What kernels have in common. `died(kernel, code, run)` is called when the process has ended.

    A kind defines `_open` (pipes and process), `_submit`, `interrupt`, `_last_words` and `_close`.
    """

    insist_seconds = 0.2

    def __init__(self, loop, wire, context, cwd, died):
        self.context = context
        self.cwd = cwd
        self.pid = None
        self.run = None
        #: Ended because the sandbox used too much memory.
        self.relieved = False
        self._loop = loop
        self._wire = wire
        self._died = died
        self._insisting = None
        self._texts = []

    def start(self):
        if not os.path.isdir(self.cwd):
            raise Refusal("invalid_argument", f"cwd '{self.cwd}' does not exist")
        self.relieved = False
        self._open()

    def execute(self, run, code, envs):
        if self.pid is None:
            self.start()
        self._mark(run)
        try:
            self._submit(run, code, envs)
        except BaseException:
            self.run = None
            raise

    def kill(self):
        if self.pid is not None:
            os.killpg(self.pid, signal.SIGKILL)

    def flow(self, on):
        """Stops or resumes reading; the kernel then waits at a full pipe."""
        for text in self._texts:
            text.flow(on)

    def _insist(self, run):
        """Interrupts the whole session, and again from time to time until the run has ended: an interrupt can be lost
        in the moment in which a child starts or ends, or in a handler that catches everything."""
        if self._insisting != run:
            self._insisting = run
            self._signal(run)

    def _signal(self, run):
        if self.pid is None or self.run != run:
            return
        if self._takes_signals():
            os.killpg(self.pid, signal.SIGINT)
        self._loop.after(self.insist_seconds, lambda: self._signal(run))

    def _takes_signals(self):
        return True

    def _mark(self, run):
        self.run = run
        for text in self._texts:
            text.run = run

    def _spawn(self, theirs, ours, become):
        """Forks. The child gets `theirs` as its descriptors 0, 1, 2 and so on, and no others; `become` never returns.

        Here `theirs` are closed; and `ours` too, if there can be no child.
        """
        try:
            pid = os.fork()
        except OSError:
            close_all([*theirs, *ours])
            raise
        if pid:
            close_all(theirs)
            return pid
        try:
            os.setsid()
            _place(theirs)
            os.chdir(self.cwd)
            become()
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(1)

    def _started(self, pid, stdout, stderr):
        self.pid = pid
        self._texts = [Text(self._loop, self._wire, stdout, "stdout"), Text(self._loop, self._wire, stderr, "stderr")]
        self._handle = os.pidfd_open(pid)
        self._loop.watch(self._handle, self._exit)

    def _drain_texts(self):
        """What was written to a descriptor must not arrive after the last frame of its run."""
        for text in self._texts:
            text.drain()

    def _exit(self):
        """The process has ended: whatever it left behind in its session ends too."""
        self._loop.unwatch(self._handle)
        os.close(self._handle)
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self._last_words()
        self._drain_texts()
        for text in self._texts:
            text.close()
        self._texts = []
        self.pid = None
        self._close()
        self._ended(code)

    def _ended(self, code):
        run, self.run = self.run, None
        self._died(self, code, run)


class Text:
    """What a process writes to a descriptor of its own, as frames of the run that is on."""

    def __init__(self, loop, wire, fd, name):
        self.run = None
        self._loop = loop
        self._wire = wire
        self._fd = fd
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        os.set_blocking(fd, False)
        loop.watch(fd, self.read)

    def flow(self, on):
        if on:
            self._loop.watch(self._fd, self.read)
        else:
            self._loop.unwatch(self._fd)

    def read(self):
        """Passes on what is there, and drops it when no run is on; returns its size, 0 when nothing is there."""
        try:
            data = os.read(self._fd, PIPE_SIZE)
        except BlockingIOError:
            return 0
        if not data:
            self._loop.unwatch(self._fd)
        text = self._decoder.decode(data)
        if text and self.run is not None:
            self._wire.send(id=self.run, t=self._name, d=text)
        return len(data)

    def drain(self):
        """Passes on all that was written before now, and not much more than that."""
        left = PIPE_SIZE
        while left > 0:
            size = self.read()
            if not size:
                return
            left -= size

    def close(self):
        self._loop.unwatch(self._fd)
        os.close(self._fd)


def pipes(count):
    """As many pipes, as two lists: what is read from, what is written to."""
    made = [os.pipe() for _ in range(count)]
    return [pipe[0] for pipe in made], [pipe[1] for pipe in made]


def close_all(fds):
    for fd in fds:
        os.close(fd)


def _place(wanted):
    """Numbers descriptors in their order and closes every other one; in two steps, so that none overwrites another."""
    spare = [fcntl.fcntl(fd, fcntl.F_DUPFD, SPARE_FD) for fd in wanted]
    for number, fd in enumerate(spare):
        os.dup2(fd, number)
    os.closerange(len(wanted), MAX_FD)
