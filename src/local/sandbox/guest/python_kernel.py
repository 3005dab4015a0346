"""The Python kernel. `main` runs in a fork of the agent; the user's code runs in its main thread."""

import builtins
import faulthandler
import json
import os
import signal
import sys
import threading
import time
import warnings

from .shell import make_shell, no_input
from .streams import Channel, Interrupts, Stream

#: Unfinished lines leave this much later at most, while a run is on.
TICK = 0.05
#: What starts a process that writes to the same outputs.
STARTS_A_PROCESS = {"subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.posix_spawn"}


class Kernel:
    def __init__(self, channel, interrupts):
        self._channel = channel
        self._interrupts = interrupts
        self._streams = Stream(channel, "stdout", 1), Stream(channel, "stderr", 2)
        self._busy = threading.Event()
        self._ticker = None
        self._shell = make_shell(channel, self.flush)
        sys.stdout, sys.stderr = self._streams
        sys.addaudithook(self._before_process)
        os.register_at_fork(
            before=channel.lock.acquire, after_in_parent=channel.lock.release, after_in_child=self._in_child
        )

    def flush(self):
        for stream in self._streams:
            stream.flush()

    def serve(self, requests):
        for line in requests:
            request = json.loads(line)
            self._channel.run = request["run"]
            try:
                self._run(request)
            except KeyboardInterrupt:
                self._report(KeyboardInterrupt())
            self._finish()

    def _run(self, request):
        restore = {name: os.environ.get(name) for name in request["envs"]}
        os.environ.update(request["envs"])
        try:
            self._tick()
            self._interrupts.begin(request["run"])
            self._channel.send(t="begin", n=self._shell.execution_count)
            self._shell.run_cell(request["code"], store_history=True)
        except SystemExit as error:
            self._report(error)
        finally:
            self._interrupts.end()
            for name, value in restore.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value

    def _finish(self):
        self._busy.clear()
        self.flush()
        self._channel.send(t="done")
        self._channel.run = None

    def _report(self, error):
        self._channel.send(t="error", name=type(error).__name__, value=str(error), tb="")

    def _tick(self):
        """A thread that sends what stands in the streams."""
        self._busy.set()
        if not self._ticker:
            self._ticker = threading.Thread(target=self._keep_flushing, daemon=True)
            self._ticker.start()

    def _keep_flushing(self):
        while self._busy.wait():
            time.sleep(TICK)
            self.flush()

    def _before_process(self, event, _arguments):
        """What was printed before must not come after what the process prints."""
        if event in STARTS_A_PROCESS:
            self.flush()
            self._channel.sync()

    def _in_child(self):
        self._channel.mine = False
        self._interrupts.forget()
        self._channel.lock.release()


def leave_no_trace():
    """The agent's modules and folder are not the user's."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    ours = ("", here, os.path.join(here, "site"))
    sys.path[:] = ["", *(path for path in sys.path if path not in ours)]
    sys.argv[:] = [""]
    for name in [name for name in sys.modules if name.split(".")[0] == "guest"]:
        del sys.modules[name]


def main(requests_fd, frames_fd, syncs_fd, asked):
    for fd in (requests_fd, frames_fd, syncs_fd):
        os.set_inheritable(fd, False)
    interrupts = Interrupts(asked)
    signal.signal(signal.SIGINT, lambda *_: None)
    kernel = Kernel(Channel(frames_fd, syncs_fd, interrupts), interrupts)
    faulthandler.enable(file=2)
    builtins.input = no_input
    warnings.filterwarnings("ignore", message="To exit: use 'exit'")
    leave_no_trace()
    with os.fdopen(requests_fd, "rb") as requests:
        kernel.serve(requests)
    os._exit(0)
