"""Plain commands beside the kernels: what E2B calls processes."""

import base64
import os
import signal
import subprocess

from .files import resolve
from .loop import Outbox
from .wire import Refusal

PIECE = 32 * 1024
SIGNALS = {"SIGNAL_SIGTERM": signal.SIGTERM, "SIGNAL_SIGKILL": signal.SIGKILL}


class Commands:
    """The running commands by their process id."""

    def __init__(self, loop, wire):
        self._loop = loop
        self._wire = wire
        self._running = {}

    def start(self, request):
        cwd = resolve(request.get("cwd") or "")
        if not os.path.isdir(cwd):
            raise Refusal("invalid_argument", f"cwd '{cwd}' does not exist")
        try:
            command = Command(self._loop, self._wire, request, cwd, self._ended)
        except (FileNotFoundError, PermissionError) as error:
            raise Refusal("invalid_argument", f"{request['cmd']}: {error.strerror}") from None
        self._running[command.pid] = command
        return {"pid": command.pid}

    def send_signal(self, request):
        number = SIGNALS.get(request["signal"])
        if number is None:
            raise Refusal("unimplemented", f"invalid signal: {request['signal']}")
        self._find(request).send_signal(number)
        return True

    def feed(self, request):
        if not self._find(request).feed(base64.b64decode(request["data"])):
            raise Refusal("failed_precondition", "stdin is not open, or too much of it is unread")
        return True

    def end_input(self, request):
        self._find(request).end_input()
        return True

    def flow(self, pid, on):
        """Stops or resumes reading a command's output; the command then waits at a full pipe."""
        if pid in self._running:
            self._running[pid].flow(on)

    def groups(self):
        return [command.pid for command in self._running.values()]

    def _find(self, request):
        command = self._running.get(request["pid"])
        if not command:
            raise Refusal("not_found", f"process with pid {request['pid']} not found")
        return command

    def _ended(self, pid):
        self._running.pop(pid, None)


class Command:
    """One process, in a session of its own so that a signal reaches its children."""

    def __init__(self, loop, wire, request, cwd, ended):
        self._loop = loop
        self._wire = wire
        self._ended = ended
        self._process = subprocess.Popen(
            [request["cmd"], *request["args"]],
            cwd=cwd,
            env={**os.environ, **request["envs"]},
            stdin=subprocess.PIPE if request["stdin"] else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._input = Outbox(loop, os.dup(self._process.stdin.fileno())) if request["stdin"] else None
        if self._process.stdin:
            self._process.stdin.close()
        self._outputs = {"stdout": self._process.stdout, "stderr": self._process.stderr}
        self._handle = os.pidfd_open(self.pid)
        self._exited = False
        self.flow(True)
        loop.watch(self._handle, self._exit)

    def flow(self, on):
        for name, pipe in self._outputs.items():
            if on:
                self._loop.watch(pipe.fileno(), lambda name=name: self._read(name))
            else:
                self._loop.unwatch(pipe.fileno())

    def feed(self, data):
        return self._input is not None and self._input.send(data)

    def end_input(self):
        if self._input:
            self._input.close()

    def send_signal(self, number):
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def _read(self, name):
        pipe = self._outputs[name]
        data = os.read(pipe.fileno(), PIECE)
        if data:
            return self._wire.send(t="piece", pid=self.pid, stream=name, d=base64.b64encode(data).decode())
        self._loop.unwatch(pipe.fileno())
        pipe.close()
        del self._outputs[name]
        self._finish()

    def _exit(self):
        self._loop.unwatch(self._handle)
        os.close(self._handle)
        self._exited = True
        self._process.wait()
        self._finish()

    def _finish(self):
        """The end is both: the process has exited, and nothing holds its output open."""
        if self._outputs or not self._exited:
            return
        if self._input:
            self._input.abandon()
        self._ended(self.pid)
        code = self._process.returncode
        by = signal.strsignal(-code).lower() if code < 0 else None
        self._wire.send(t="exit", pid=self.pid, code=max(code, -1), signal=by)
