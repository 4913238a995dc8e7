# SPDX-License-Identifier: GPL-2.0
"""Root file systems: the test machine's and the guest's, both around Debian's busybox."""

import os
import re
import shlex
import shutil
import subprocess

import disk
from cache import Failure, digest, entry, package_version, read
from cpio import Cpio

HERE = os.path.dirname(os.path.abspath(__file__))
BUSYBOX = "/bin/busybox"


def _busybox():
    """An archive with busybox under all its names, and the directories everyone wants."""
    if not os.path.exists(BUSYBOX):
        raise Failure("busybox-static is missing: run `make deps`")
    names = subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True,
                           check=True).stdout.split()
    archive = Cpio()
    for name in ("bin", "dev", "etc", "lib", "proc", "root", "sys", "tmp"):
        archive.directory(name)
    archive.symlink("sbin", "bin")
    archive.device("dev/console", 5, 1)
    archive.device("dev/null", 1, 3)
    archive.add(BUSYBOX, "bin/busybox")
    for name in names:
        if name != "busybox":
            archive.symlink(f"bin/{name}", "busybox")
    return archive


def _add_modules(archive, release, modules):
    """Modules in one flat directory, and the lists of dependencies and aliases for modprobe."""
    # Dependencies are told with underscores, whatever the file's name has.
    files = {os.path.basename(path).replace("-", "_"): os.path.basename(path) for path in modules}
    depends, aliases = {}, []
    for path in modules:
        name = os.path.basename(path)
        with open(path, "rb") as file:
            data = file.read()
        archive.data(f"lib/modules/{release}/{name}", data)
        needs = re.search(rb"\0depends=([^\0]*)\0", data)
        names = needs[1].decode().split(",") if needs and needs[1] else []
        depends[name] = [files.get(f"{need}.ko", f"{need}.ko") for need in names]
        aliases += [f"alias {alias.decode()} {name.removesuffix('.ko')}\n"
                    for alias in re.findall(rb"\0alias=([^\0]*)(?=\0)", data)]
    lines = []
    for name in depends:
        todo, order = list(depends[name]), []
        while todo:
            need = todo.pop(0)
            order.append(need)
            todo += depends.get(need, [])
        lines.append(f"{name}: {' '.join(order)}".rstrip())
    archive.data(f"lib/modules/{release}/modules.alias", "".join(aliases).encode())
    archive.data(f"lib/modules/{release}/modules.dep", "".join(f"{line}\n" for line in lines)
                 .encode())


def program_files(program):
    """(source, destination) of a program of this system and of the libraries that it loads."""
    path = shutil.which(program)
    if not path:
        raise Failure(f"{program}: no such program to take into the machine")
    listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
    libraries = sorted(set(re.findall(r"(/\S+) \(0x", listed.stdout)))
    return [(path, f"bin/{os.path.basename(path)}"), *((name, name) for name in libraries)]


def job(program, arguments, environment):
    """The command of the machine, as the shell text that its init runs."""
    exports = "".join(f"export {name}={shlex.quote(value)}\n"
                      for name, value in environment.items())
    return f"{exports}exec {shlex.join([program, *arguments])}\n"


def machine_initrd(path, release, modules, files, job_text):
    """Write the test machine's initramfs; `files` is a list of (source, destination)."""
    archive = _busybox()
    archive.add(f"{HERE}/machine/init", "init")
    _add_modules(archive, release, modules)
    # Programs have libraries in common.
    for source, destination in dict.fromkeys(files):
        if not os.path.exists(source):
            raise Failure(f"{source}: no such file to take into the machine")
        archive.add(source, destination)
    archive.data("lab/job", job_text.encode())
    with open(path, "wb") as file:
        file.write(archive.bytes())


def nested_initrd(path, release, modules, files, settings):
    """Write the initramfs of the machine around a nested one."""
    archive = _busybox()
    archive.add(f"{HERE}/machine/nested-init", "init")
    _add_modules(archive, release, modules)
    for source, destination in files:
        archive.add(source, destination)
    archive.data("lab/settings", settings.encode())
    with open(path, "wb") as file:
        file.write(archive.bytes())


def crash_initrd():
    """Path of the initrd of the kernel for crashes: the test machine's, with a job of its own."""
    files = [f"{HERE}/machine/init", f"{HERE}/machine/crash-job"]

    def build(directory):
        archive = _busybox()
        for path, name in zip(files, ("init", "lab/job")):
            archive.add(path, name)
        with open(f"{directory}/initrd", "wb") as file:
            file.write(archive.bytes())

    key = digest(*map(read, files), read(__file__), package_version("busybox-static"))
    return entry("crash", key, build) + "/initrd"


def userland_initrd(path, init, release, modules):
    """Write the initrd of a guest that has its system on a disk."""
    archive = _busybox()
    archive.add(init, "init")
    _add_modules(archive, release, modules)
    with open(path, "wb") as file:
        file.write(archive.bytes())


def guest_disk(kernel, args):
    """Path of a disk that firmware boots: a boot loader, `kernel` and the guest's initrd."""
    def build(directory):
        disk.boot_disk(directory, kernel, guest_initrd(), args)

    key = digest(kernel, guest_initrd(), args, read(disk.__file__),
                 package_version("isolinux"))
    return entry("guest-disk", key, build) + "/disk.img"


def guest_initrd():
    """Path of the guest's initrd, not compressed: unpacking costs guest instructions."""
    init = f"{HERE}/guest/init"

    def build(directory):
        archive = _busybox()
        archive.add(init, "init")
        with open(f"{directory}/initrd", "wb") as file:
            file.write(archive.bytes())

    key = digest(read(init), read(__file__), package_version("busybox-static"))
    return entry("guest", key, build) + "/initrd"
