"""Imports the part of IPython that a kernel needs, in a third of the time.

`import IPython` also loads its terminal application, and its completer loads jedi: nobody types here. Both are held
back during the import only; the user's own imports find the real ones.
"""

import sys
import types


def _embed(*arguments, **more):
    from IPython.terminal.embed import embed

    return embed(*arguments, **more)


def _import():
    terminal = types.ModuleType("IPython.terminal.embed")
    terminal.embed = _embed
    held_back = {"IPython.terminal.embed": terminal, "jedi": None}
    sys.modules.update(held_back)
    try:
        from IPython.core import interactiveshell

        return interactiveshell.InteractiveShell
    finally:
        for name, stand_in in held_back.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


InteractiveShell = _import()
