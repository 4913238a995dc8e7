# SPDX-License-Identifier: GPL-2.0
"""Things built once and kept outside the tree, under a hash of what they are made from.

An entry is made in a directory of its own and renamed into place when complete, so
an interrupted build leaves nothing that looks finished.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "vmh")


class Failure(Exception):
    """Something the user can act upon; the text says what happened and what to do."""


def progress(text):
    print(f"lab: {text}", file=sys.stderr, flush=True)


def digest(*parts):
    """Name for a set of inputs, given as strings."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def package_version(package):
    """Version of an installed Debian package."""
    query = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                           capture_output=True, text=True, check=False)
    if query.returncode or not query.stdout:
        raise Failure(f"package {package} is missing: run `make deps`")
    return query.stdout


@contextlib.contextmanager
def _lock(name):
    """Let one process at a time build an entry; the kernel drops the lock with us."""
    os.makedirs(ROOT, exist_ok=True)
    with open(os.path.join(ROOT, f".{name}.lock"), "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"waiting for another process that is building {name}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def entry(what, key, build):
    """Directory `what`-`key`; if absent, `build(directory)` fills it first."""
    path = os.path.join(ROOT, f"{what}-{key}")
    if os.path.isdir(path):
        return path
    if os.environ.get("LAB_CACHED"):
        raise Failure(f"{what} is not in the cache, and LAB_CACHED forbids to build it")
    with _lock(what):
        if os.path.isdir(path):
            return path
        for stale in os.listdir(ROOT):  # we hold the lock: nobody is building these
            if stale.startswith(f".{what}.tmp"):
                shutil.rmtree(os.path.join(ROOT, stale))
        work = tempfile.mkdtemp(prefix=f".{what}.tmp", dir=ROOT)
        os.chmod(work, 0o755)
        try:
            build(work)
            os.rename(work, path)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
    return path
