# SPDX-License-Identifier: GPL-2.0
"""Write a cpio archive ("newc") that a kernel unpacks as its first root file system.

Done here rather than with cpio(1) so that device nodes and ownership need no root.
"""

import os
import stat

DIRECTORY = stat.S_IFDIR | 0o755


class Cpio:
    """One archive in memory. Parent directories appear by themselves."""

    def __init__(self):
        self.chunks = []
        self.seen = set()
        self.inode = 0

    def _entry(self, name, mode, data=b"", rdev=(0, 0)):
        self.inode += 1
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(name) + 1, 0)
        header = "070701" + "".join(f"{field:08x}" for field in fields)
        head = header.encode() + name.encode() + b"\0"
        self.chunks += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]
        self.seen.add(name)

    def directory(self, name):
        """Add directory `name` and its parents, once."""
        name = name.strip("/")
        if not name or name in self.seen:
            return
        self.directory(os.path.dirname(name))
        self._entry(name, DIRECTORY)

    def _place(self, name):
        name = name.strip("/")
        self.directory(os.path.dirname(name))
        return name

    def data(self, name, data, mode=0o644):
        self._entry(self._place(name), stat.S_IFREG | mode, data)

    def symlink(self, name, target):
        self._entry(self._place(name), stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        self._entry(self._place(name), stat.S_IFCHR | 0o600, rdev=(major, minor))

    def add(self, source, name):
        """Add a file, a symbolic link's target, or a whole directory tree."""
        if os.path.isdir(source):
            self.directory(name)
            for child in sorted(os.listdir(source)):
                path = os.path.join(source, child)
                if os.path.islink(path) and not os.path.isabs(os.readlink(path)):
                    self.symlink(f"{name}/{child}", os.readlink(path))
                else:
                    self.add(path, f"{name}/{child}")
            return
        with open(source, "rb") as file:
            mode = 0o755 if os.access(source, os.X_OK) else 0o644
            self.data(name, file.read(), mode)

    def bytes(self):
        """The whole archive; nothing can be added afterwards."""
        self._entry("TRAILER!!!", 0)
        return b"".join(self.chunks)
