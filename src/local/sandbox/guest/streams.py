"""What a Python run prints, as frames: never torn by an interrupt, never late by more than a moment."""

import io
import os
import signal
import threading
import time

from .wire import encode

#: A stream sends its first line at once, then a frame for each SOON seconds or FULL characters.
SOON = 0.02
FULL = 64 * 1024
PIECE = 256 * 1024


class Interrupts:
    """SIGINT for one run: ignored between runs, and put off while a frame is being written.

    The agent writes the number of the run it means into shared memory before it sends the signal, so a signal that
    comes late cannot hit the next run, and one that comes early stops its run at the first instruction.
    """

    def __init__(self, asked):
        self._asked = asked
        self._run = 0
        self._depth = 0
        self._late = False
        self._thread = threading.get_ident()

    def begin(self, run):
        signal.signal(signal.SIGINT, self._on_signal)
        self._run = run
        if self._meant():
            raise KeyboardInterrupt

    def end(self):
        self._run = 0
        self._late = False

    def forget(self):
        """In a forked child: nothing is being written here."""
        self._depth = 0

    def __enter__(self):
        if threading.get_ident() == self._thread:
            self._depth += 1

    def __exit__(self, *_):
        if threading.get_ident() != self._thread:
            return
        self._depth -= 1
        if self._late and not self._depth:
            self._late = False
            raise KeyboardInterrupt

    def _meant(self):
        return int.from_bytes(self._asked[:8], "little") == self._run

    def _on_signal(self, *_):
        if not self._run or not self._meant():
            return
        if self._depth:
            self._late = True
        else:
            raise KeyboardInterrupt


class Channel:
    """Frames to the agent, whole and one after the other, from any thread of this process; from its forks none."""

    def __init__(self, frames_fd, syncs_fd, interrupts):
        self.run = None
        self.lock = threading.RLock()
        self.mine = True
        self.interrupts = interrupts
        self._frames = frames_fd
        self._syncs = syncs_fd

    def send(self, **frame):
        if not self.mine or self.run is None:
            return
        view = memoryview(encode({"id": self.run, **frame}))
        with self.interrupts, self.lock:
            while view:
                view = view[os.write(self._frames, view) :]

    def sync(self):
        """Returns when the agent has passed on everything that was sent."""
        if self.mine and self.run is not None:
            with self.interrupts, self.lock:
                self.send(t="sync")
                os.read(self._syncs, 1)


class Stream(io.TextIOBase):
    """sys.stdout and sys.stderr. In a forked child it writes to the descriptor itself, which the agent reads too."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, channel, name, fd):
        self._channel = channel
        self._name = name
        self._fd = fd
        self._parts = []
        self._size = 0
        self._sent = 0.0
        self.buffer = Bytes(self)

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        return self._fd

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self._channel.interrupts, self._channel.lock:
            self._parts.append(text)
            self._size += len(text)
            soon = time.monotonic() - self._sent > SOON or not self._channel.mine
            if ("\n" in text and soon) or self._size > FULL:
                self.flush()
        return len(text)

    def flush(self):
        if not self._size:
            return
        with self._channel.interrupts, self._channel.lock:
            text = "".join(self._parts)
            self._parts = []
            self._size = 0
            self._sent = time.monotonic()
            if not self._channel.mine:
                os.write(self._fd, text.encode("utf-8", "replace"))
                return
            for start in range(0, len(text), PIECE):
                self._channel.send(t=self._name, d=text[start : start + PIECE])


class Bytes(io.RawIOBase):
    """sys.stdout.buffer."""

    def __init__(self, stream):
        self._stream = stream

    def writable(self):
        return True

    def write(self, data):
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self):
        self._stream.flush()
