"""Who uses the memory of the sandbox."""

import os

#: What a socket may hold.
SOCKET_BUFFER = 212_992


def largest(sessions):
    """The session, of those given, whose processes use most memory of their own; any of them where /proc is missing."""
    used = {session: 0 for session in sessions}
    for name in _processes():
        try:
            session, own = os.getsid(int(name)), _own(name)
        except (OSError, ValueError, IndexError):
            continue
        if session in used:
            used[session] += own
    return max(used, key=used.get, default=None)


def _processes():
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _own(pid):
    """Bytes that are not a file's: in memory, swapped out, in page tables, and at most in what it has open."""
    with open(f"/proc/{pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    memory = sum(int(fields.get(name, "0").split()[0]) for name in ("RssAnon", "RssShmem", "VmSwap", "VmPTE"))
    return 1024 * memory + SOCKET_BUFFER * len(os.listdir(f"/proc/{pid}/fd"))
