"""IPython's shell without a notebook server around it: its outputs become frames."""

import os
import sys

from .ipython import InteractiveShell  # isort: skip  Before anything else of IPython.
from IPython import version_info as ipython_version
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from traitlets.config import Config

from . import formats

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
MAX_VALUE = 64 * 1024
MAX_TRACEBACK = 512 * 1024


def make_shell(channel, flush):
    """A shell that sends what it shows and what goes wrong; `flush` sends what was printed before."""

    def show(data, main):
        bundle, left_out = formats.portable(data)
        if left_out:
            print(f"Left out, too large to show: {', '.join(left_out)}", file=sys.stderr)
        flush()
        channel.send(t="data", main=main, data=bundle)

    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, *args, update=False, **more):
            if not update:
                show(data, main=False)

        def clear_output(self, wait=False):
            """A stream cannot take back what it has sent."""

    class Hook(DisplayHook):
        def write_output_prompt(self):
            pass

        def write_format_data(self, format_dict, md_dict=None):
            show(format_dict, main=True)

        def finish_displayhook(self):
            pass

    class Shell(InteractiveShell):
        display_pub_class = Publisher
        displayhook_class = Hook
        system = InteractiveShell.system_raw  # through a pipe: a terminal would be slow and colourful

        def _showtraceback(self, etype, evalue, stb):
            flush()
            trace = "\n".join(stb)[-MAX_TRACEBACK:]
            channel.send(t="error", name=etype.__name__, value=str(evalue)[:MAX_VALUE], tb=trace)

        def _get_exc_info(self, exc_tuple=None):
            etype, value, trace = super()._get_exc_info(exc_tuple)
            cut_own_frames(trace)
            return etype, value, trace

        def enable_gui(self, gui=None):
            pass

        def init_io(self):
            pass

        def ask_exit(self):
            pass

    shell = Shell.instance(config=shell_config())
    shell.set_hook("show_in_pager", lambda _, page, *__, **___: print(page_text(page)))
    formats.install(shell.display_formatter)
    return shell


def cut_own_frames(trace):
    """An exception that the kernel itself has raised, an interrupt above all, ends where the user's code stood."""
    while trace is not None and trace.tb_next is not None:
        if trace.tb_next.tb_frame.f_code.co_filename.startswith(HERE):
            trace.tb_next = None
        trace = trace.tb_next


def shell_config():
    config = Config()
    config.HistoryAccessor.enabled = config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor" if ipython_version[0] >= 9 else "NoColor"
    return config


def page_text(page):
    return page.get("text/plain", "") if isinstance(page, dict) else page


def no_input(*_arguments, **_more):
    """Stands in for `input`; the exception is the one a notebook raises."""
    raise StdinNotImplementedError("input() is not available: nobody can type into this run.")
