"""The one route of Jupyter's server that a sandbox needs: `POST /api/kernels/{id}/interrupt`, on its own loopback.

E2B's sandboxes have the whole server there, without a password; the bot stops a run through it.
"""

import re
import socket

PORT = 8888
MAX_REQUEST = 16 * 1024
MAX_OPEN = 32
ROUTE = re.compile(rb"POST /api/kernels/([^/ ]+)/interrupt(?:\?[^ ]*)? HTTP/1\.[01]\r\n")


class InterruptRoute:
    """`interrupt(context)` returns False for a context that is not there."""

    def __init__(self, loop, interrupt):
        self._loop = loop
        self._interrupt = interrupt
        self._open = 0
        self._server = socket.create_server(("127.0.0.1", PORT))
        self._server.setblocking(False)
        loop.watch(self._server.fileno(), self._accept)

    def _accept(self):
        try:
            client, _ = self._server.accept()
        except OSError:
            return
        if self._open >= MAX_OPEN:
            return client.close()
        client.setblocking(False)
        self._open += 1
        heard = bytearray()
        self._loop.watch(client.fileno(), lambda: self._read(client, heard))

    def _read(self, client, heard):
        try:
            data = client.recv(4096)
        except OSError:
            data = b""
        heard += data
        complete = b"\r\n\r\n" in heard
        if data and not complete and len(heard) < MAX_REQUEST:
            return
        if complete:
            self._answer(client, bytes(heard))
        self._loop.unwatch(client.fileno())
        client.close()
        self._open -= 1

    def _answer(self, client, request):
        found = ROUTE.match(request)
        taken = found and self._interrupt(found.group(1).decode("utf-8", "replace"))
        status = b"204 No Content" if taken else b"404 Not Found"
        try:
            client.send(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        except OSError:
            pass
