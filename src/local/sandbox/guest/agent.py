"""The sandbox's agent: takes requests as JSON lines on descriptor 0, answers on 1. Standard library only.

Nothing here is a security boundary. The host trusts no byte that comes out.
"""

import gc
import json
import os
import resource
import shutil
import signal

from . import files, memory
from .bash_kernel import BashKernel
from .commands import Commands
from .interrupt_route import InterruptRoute
from .line_kernels import JavaScriptKernel, PythonKernel
from .loop import CHUNK, Loop
from .wire import Refusal, Wire

KINDS = {kind.language: kind for kind in (PythonKernel, JavaScriptKernel, BashKernel)}
FONTS = "/opt/agent/fonts"
#: Instead of a value: the answer comes when something has happened.
LATER = object()


class Agent:
    def __init__(self, wire):
        self._wire = wire
        self._loop = Loop()
        self._kernels = {}
        self._restarting = {}
        self._commands = Commands(self._loop, wire)
        self._part = bytearray()
        self._requests = {
            **files.OPERATIONS,
            "open": self._open,
            "exec": self._exec,
            "interrupt": self._interrupt,
            "restart": self._restart,
            "close": self._close,
            "flow": self._flow,
            "relieve": self._relieve,
            "start": self._commands.start,
            "signal": self._commands.send_signal,
            "input": self._commands.feed,
            "eof": self._commands.end_input,
        }

    def serve(self):
        self._loop.watch(0, self._read)
        InterruptRoute(self._loop, self._interrupt_by_name)
        self._loop.run()

    def _read(self):
        data = os.read(0, CHUNK)
        if not data:
            os._exit(0)
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._part += line
            request = json.loads(self._part)
            self._part.clear()
            self._answer(request)
        self._part += rest

    def _answer(self, request):
        """Every request with an id is answered once, by a `result` or a `fail`; for a run by its `done`."""
        number = request.get("id")
        try:
            value = self._requests[request["op"]](request)
        except Refusal as refused:
            return self._fail(number, refused)
        except OSError as error:
            return self._fail(number, files.refusal(error))
        except UnicodeError:
            return self._fail(number, Refusal("invalid_argument", "the text is not valid Unicode"))
        except Exception as error:
            # Out of memory, or a tree too deep to walk: what code leaves behind must not end the agent.
            return self._fail(number, Refusal("internal", f"{type(error).__name__}: {error}"))
        if number is not None and value is not LATER:
            self._wire.send(t="result", id=number, value=value)

    def _fail(self, number, refused):
        if number is not None:
            self._wire.send(t="fail", id=number, code=refused.code, message=str(refused))

    def _open(self, request):
        cwd = files.resolve(request["cwd"])
        kind = KINDS[request["language"]]
        kernel = kind(self._loop, self._wire, request["context"], cwd, self._died)
        if request["start"]:
            kernel.start()
        self._kernels[kernel.context] = kernel
        return True

    def _exec(self, request):
        self._kernel(request).execute(request["id"], request["code"], request["envs"])
        return LATER

    def _interrupt(self, request):
        self._kernel(request).interrupt(request["run"])

    def _interrupt_by_name(self, context):
        if context in self._kernels:
            self._kernels[context].interrupt()
        return context in self._kernels

    def _restart(self, request):
        """Answered when the old process is gone: a run sent after the answer meets a new one."""
        kernel = self._kernel(request)
        if kernel.pid is None:
            return True
        self._restarting.setdefault(kernel, []).append(request["id"])
        kernel.kill()
        return LATER

    def _close(self, request):
        kernel = self._kernels.pop(request["context"], None)
        if kernel:
            kernel.kill()
        return True

    def _flow(self, request):
        """The host's reader is slow, or is not any more."""
        if "pid" in request:
            self._commands.flow(request["pid"], request["on"])
        elif request["context"] in self._kernels:
            self._kernels[request["context"]].flow(request["on"])

    def _relieve(self, _request):
        """The sandbox uses too much memory: ends whatever uses most of it, and nothing else."""
        kernels = {kernel.pid: kernel for kernel in self._kernels.values() if kernel.pid is not None}
        largest = memory.largest([*kernels, *self._commands.groups()])
        if largest in kernels:
            kernels[largest].relieved = True
        if largest is not None:
            os.killpg(largest, signal.SIGKILL)

    def _kernel(self, request):
        kernel = self._kernels.get(request["context"])
        if not kernel:
            raise Refusal("not_found", f"context {request['context']} not found")
        return kernel

    def _died(self, kernel, code, run):
        self._wire.send(t="died", context=kernel.context, code=code, id=run, memory=kernel.relieved)
        for number in self._restarting.pop(kernel, []):
            self._wire.send(t="result", id=number, value=True)


def settle(options):
    """Limits and environment, before anything of the user's runs."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass
    os.nice(5)
    for name, limit in options["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    os.environ.update(options["envs"])
    if os.path.isdir(FONTS):
        shutil.copytree(FONTS, os.environ["MPLCONFIGDIR"], copy_function=shutil.copyfile, dirs_exist_ok=True)


def main():
    # A handler instead of "ignore": it is not inherited by what is executed, so that commands can be interrupted.
    signal.signal(signal.SIGINT, lambda *_: None)
    wire = Wire(os.dup(1))
    os.dup2(2, 1)
    with os.fdopen(os.dup(0), "rb", buffering=0) as requests:
        settle(json.loads(requests.readline()))
    wire.send(t="ready")
    from . import python_kernel  # noqa: F401  Slow to import: after "ready", and once for all kernels that fork.

    gc.freeze()
    Agent(wire).serve()
