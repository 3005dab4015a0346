"""Frames to the host: one JSON object on a line, in ASCII, so that no character can be cut in two."""

import json
import os
import re


class Refusal(Exception):
    """A request that cannot be done; the code is one the host knows, the message is for a person."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Wire:
    """The way out. Writing may block: the host always reads."""

    def __init__(self, fd):
        self._fd = fd

    def send(self, **frame):
        self.pass_on(encode(frame))

    def pass_on(self, data):
        """Writes whole lines that a kernel has made already."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]


def encode(frame):
    return json.dumps(frame, separators=(",", ":"), default=str).encode() + b"\n"


#: How every kernel marks the last frame of a run, and asks for its place among the outputs to be kept. Inside of a
#: string the quotes would be escaped.
DONE = b'"t":"done"'
SYNC = b'"t":"sync"'


def split_at(mark, lines):
    """Whole lines as (those before the first one with the mark, the rest)."""
    at = lines.find(mark)
    if at < 0:
        return lines, b""
    start = lines.rfind(b"\n", 0, at) + 1
    return lines[:start], lines[start:]


#: The same frame's run, without parsing everything a kernel prints.
_RUN = re.compile(rb'"id":(\d+)')


def run_of(done_line):
    found = _RUN.search(done_line)
    return int(found.group(1)) if found else None
