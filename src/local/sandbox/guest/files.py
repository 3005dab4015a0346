"""Files, answered from inside: a symbolic link leads nowhere but into the sandbox itself."""

import base64
import errno
import grp
import os
import pwd
import shutil
import stat

from .wire import Refusal

HOME = "/home/user"
MAX_ENTRIES = 10_000
MAX_CHUNK = 4 * 1024 * 1024

CODES = {
    errno.ENOENT: "not_found",
    errno.EEXIST: "already_exists",
    errno.ENOTDIR: "invalid_argument",
    errno.EISDIR: "invalid_argument",
    errno.ENOTEMPTY: "invalid_argument",
    errno.ENAMETOOLONG: "invalid_argument",
    errno.ELOOP: "invalid_argument",
    errno.EACCES: "permission_denied",
    errno.EPERM: "permission_denied",
    errno.EROFS: "permission_denied",
    errno.ENOSPC: "no_space",
    errno.EDQUOT: "no_space",
    errno.EFBIG: "no_space",
}


def refusal(error):
    """An OSError as the host knows it."""
    return Refusal(CODES.get(error.errno, "internal"), f"{error.strerror}: {error.filename}")


def resolve(path):
    """An absolute path: relative ones start at home, as `~` does."""
    if "\0" in path:
        raise Refusal("invalid_argument", "a path cannot contain a zero byte")
    if path == "~" or path.startswith("~/"):
        path = HOME + path[1:]
    return os.path.normpath(os.path.join(HOME, path))


def entry(path):
    """What E2B calls an EntryInfo. A link shows its target's type and size, a dangling one its own."""
    info = os.lstat(path)
    target = os.path.realpath(path) if stat.S_ISLNK(info.st_mode) else None
    if target and os.path.exists(target):
        info = os.stat(path)
    return {
        "name": _text(os.path.basename(path)),
        "path": _text(path),
        "type": _type(info.st_mode),
        "size": info.st_size,
        "mode": stat.S_IMODE(info.st_mode),
        "permissions": stat.filemode(info.st_mode),
        "owner": _name(pwd.getpwuid, info.st_uid),
        "group": _name(grp.getgrgid, info.st_gid),
        "mtime": info.st_mtime,
        "target": target and _text(target),
    }


def _text(name):
    """A name may be any bytes; one that is no text is still shown, though not found again."""
    return name.encode("utf-8", "replace").decode()


def _type(mode):
    if stat.S_ISDIR(mode):
        return "directory"
    return "symlink" if stat.S_ISLNK(mode) else "file"


def _name(lookup, number):
    try:
        return lookup(number)[0]
    except KeyError:
        return str(number)


def stat_path(request):
    path = resolve(request["path"])
    try:
        return entry(path)
    except FileNotFoundError:
        raise Refusal("not_found", f"file not found: {path}") from None


def list_dir(request):
    """Entries below a folder, parents first, at most MAX_ENTRIES of them."""
    root = resolve(request["path"])
    if not os.path.exists(root):
        raise Refusal("not_found", f"path not found: {root}")
    if not os.path.isdir(root):
        raise Refusal("invalid_argument", f"path is not a directory: {root}")
    found = []
    folders = [(root, 1)]
    while folders and len(found) < MAX_ENTRIES:
        folder, depth = folders.pop()
        below = []
        for name in _names(folder):
            path = os.path.join(folder, name)
            try:
                found.append(entry(path))
            except FileNotFoundError:
                continue
            if depth < request["depth"] and os.path.isdir(path) and not os.path.islink(path):
                below.append((path, depth + 1))
        folders.extend(reversed(below))
    return found[:MAX_ENTRIES]


def _names(folder):
    """The names of a folder in order; it may have gone since."""
    try:
        return sorted(os.listdir(folder))[:MAX_ENTRIES]
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def make_dir(request):
    path = resolve(request["path"])
    if os.path.isdir(path):
        raise Refusal("already_exists", f"directory already exists: {path}")
    if os.path.lexists(path):
        raise Refusal("invalid_argument", f"path already exists but it is not a directory: {path}")
    os.makedirs(path)
    return entry(path)


def move(request):
    source, destination = resolve(request["source"]), resolve(request["destination"])
    if not os.path.lexists(source):
        raise Refusal("not_found", f"source file not found: {source}")
    os.makedirs(os.path.dirname(destination), exist_ok=True)
    shutil.move(source, destination)
    return entry(destination)


def remove(request):
    """What is not there needs no removing."""
    path = resolve(request["path"])
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
    return True


def read(request):
    """One piece of a file: `size` tells how long the whole is."""
    path = resolve(request["path"])
    try:
        file, size = _open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise Refusal("not_found", f"path '{path}' does not exist") from None
    with file:
        file.seek(request["at"])
        piece = file.read(min(request["max"], MAX_CHUNK))
    return {"data": base64.b64encode(piece).decode(), "size": size, "path": path}


def write(request):
    """Writes or appends one piece, making the folders above it."""
    path = resolve(request["path"])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    file, _ = _open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if request["append"] else os.O_TRUNC))
    with file:
        view = memoryview(base64.b64decode(request["data"]))
        while view:
            view = view[file.write(view) :]
    return {"path": path}


def _open(path, flags):
    """A regular file and its size. Without O_NONBLOCK a pipe that nobody else has open would stop the agent."""
    try:
        fd = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    except OSError as error:
        # ENXIO: a pipe or a socket; EISDIR: only for writing.
        if error.errno in (errno.ENXIO, errno.EISDIR):
            raise _no_file(path, os.lstat(path).st_mode) from None
        raise
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode):
        os.close(fd)
        raise _no_file(path, info.st_mode)
    return os.fdopen(fd, "rb" if flags & os.O_ACCMODE == os.O_RDONLY else "wb", buffering=0), info.st_size


def _no_file(path, mode):
    kind = "is a directory" if stat.S_ISDIR(mode) else "is not a regular file"
    return Refusal("invalid_argument", f"path '{path}' {kind}")


OPERATIONS = {
    "stat": stat_path,
    "list": list_dir,
    "mkdir": make_dir,
    "move": move,
    "remove": remove,
    "read": read,
    "write": write,
}
