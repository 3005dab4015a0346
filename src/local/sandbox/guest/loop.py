"""The agent's one thread: an event loop over file descriptors, and pipes that never block it."""

import os
import selectors
import time

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE
CHUNK = 256 * 1024


class Loop:
    """Calls functions when their descriptor is ready or their time has come. One reader and one writer a descriptor."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._calls = {}
        self._timers = []

    def after(self, seconds, call):
        """Calls once, at the earliest then."""
        self._timers.append((time.monotonic() + seconds, call))

    def watch(self, fd, call, event=READ):
        self._calls[(fd, event)] = call
        self._apply(fd)

    def unwatch(self, fd, event=READ):
        if self._calls.pop((fd, event), None):
            self._apply(fd)

    def run(self):
        while True:
            for key, ready in self._selector.select(self._call_due()):
                for event in (READ, WRITE):
                    # An earlier call of this round may have closed the descriptor: ask again.
                    call = self._calls.get((key.fd, event)) if ready & event else None
                    if call:
                        call()

    def _call_due(self):
        """Returns how long nothing is due, None if there is nothing to wait for."""
        now = time.monotonic()
        due = [timer for timer in self._timers if timer[0] <= now]
        self._timers = [timer for timer in self._timers if timer[0] > now]
        for _, call in due:
            call()
        times = [at for at, _ in self._timers]
        return max(0, min(times) - time.monotonic()) if times else None

    def _apply(self, fd):
        wanted = sum(event for event in (READ, WRITE) if (fd, event) in self._calls)
        known = fd in self._selector.get_map()
        if not wanted and known:
            self._selector.unregister(fd)
        elif wanted and known:
            self._selector.modify(fd, wanted)
        elif wanted:
            self._selector.register(fd, wanted)


class Outbox:
    """Writes to a pipe whose reader may be slow, without blocking the loop. What waits is bounded."""

    LIMIT = 32 * 1024 * 1024

    def __init__(self, loop, fd):
        self._loop = loop
        self._fd = fd
        self._waiting = bytearray()
        self._closing = False
        os.set_blocking(fd, False)

    def send(self, data):
        """Returns False when the pipe is closed or too much waits already."""
        if self._closing or len(self._waiting) + len(data) > self.LIMIT:
            return False
        self._waiting += data
        self._push()
        return True

    def close(self):
        """Closes the pipe once everything is written."""
        if not self._closing:
            self._closing = True
            self._push()

    def abandon(self):
        """Closes the pipe at once: its reader is gone."""
        self._waiting.clear()
        self.close()

    def _push(self):
        if self._fd is None:
            return
        while self._waiting:
            try:
                del self._waiting[: os.write(self._fd, self._waiting[:CHUNK])]
            except BlockingIOError:
                return self._loop.watch(self._fd, self._push, WRITE)
            except OSError:
                self._waiting.clear()
                self._closing = True
        self._loop.unwatch(self._fd, WRITE)
        if self._closing:
            os.close(self._fd)
            self._fd = None
