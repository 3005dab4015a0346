"""IPython's shell without a notebook server around it: its outputs become frames."""

import sys

from .ipython import InteractiveShell  # isort: skip  Before anything else of IPython.
from IPython import version_info as ipython_version
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from traitlets.config import Config

from . import formats

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
