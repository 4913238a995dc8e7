# SPDX-License-Identifier: GPL-2.0
"""A guest with a disk: Debian's userland in an ext4 image, and the initrd that finds it.

The system is installed by mmdebstrap from Debian's packages, with sysvinit, which boots in
fewer instructions than systemd. The image is made without mounting anything.
"""

import os
import re
import shutil
import subprocess
import tempfile

import image
from cache import Failure, digest, entry, progress, read

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = f"{HERE}/userland"
RECIPE = "1"  # raise it when the disk turns out otherwise although its inputs are the same
DISK_MIB = 96
UUID = "766d6867-7565-4d74-8000-000000000001"
MODULES = ("virtio.ko", "virtio_ring.ko", "virtio_mmio.ko", "virtio_console.ko", "virtio_blk.ko",
           "failover.ko", "net_failover.ko", "virtio_net.ko", "virtio-rng.ko")
PACKAGES = ("usr-is-merged", "sysvinit-core", "sysv-rc", "initscripts", "ifupdown", "udhcpc",
            "kmod", "e2fsprogs")
HOOKS = "/usr/share/mmdebstrap/hooks/merged-usr"


def package_suite():
    """The release of Debian that this machine has."""
    codename = re.search(r"^VERSION_CODENAME=(\w+)", read("/etc/os-release"), re.M)
    if not codename or not shutil.which("mmdebstrap"):
        raise Failure("mmdebstrap on Debian is needed to install a Debian: run `make deps`")
    return codename[1]


def _versions():
    """What the package lists offer, of the packages that make a difference."""
    shown = subprocess.run(["apt-cache", "policy", "libc6", "base-files", *PACKAGES],
                           capture_output=True, text=True, check=True).stdout
    return "".join(re.findall(r"^  Candidate: .*\n", shown, re.M))


def _run(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure(f"{command[0]} failed:\n{(result.stdout + result.stderr).strip()[-2000:]}")


def install(suite, tar, variant, packages, customize):
    """A tar with a system of this machine's package sources; `customize` is mmdebstrap's last hook."""
    sources = [path for path in ("/etc/apt/sources.list", "/etc/apt/sources.list.d")
               if os.path.isfile(path)]
    lists = "/etc/apt/sources.list.d"
    if os.path.isdir(lists):
        sources += sorted(f"{lists}/{name}" for name in os.listdir(lists)
                          if name.startswith("debian."))
    _run("mmdebstrap", f"--variant={variant}", f"--include={','.join(packages)}",
         f"--hook-dir={HOOKS}", "--dpkgopt=force-unsafe-io", f"--customize-hook={customize}",
         "--aptopt=APT::Install-Recommends false", suite, tar, *sources)


def _format(tar, disk):
    """An ext4 image of what is in `tar`, with its owners, whoever makes it."""
    with tempfile.TemporaryDirectory() as tree:
        script = ("tar -xf \"$1\" -C \"$2\" '--exclude=./dev/*' && "
                  "mke2fs -q -t ext4 -O ^resize_inode -m 0 -L vmh-guest "
                  f"-U {UUID} -d \"$2\" \"$3\" \"$4\"")
        wrapper = [] if os.getuid() == 0 else ["fakeroot"]
        _run(*wrapper, "sh", "-c", script, "sh", tar, tree, disk, f"{DISK_MIB}M")


def disk():
    """Path of the guest's disk; whoever writes to it takes a copy."""
    suite = package_suite()

    def build(directory):
        progress("installing Debian on the guest's disk once, 2 CPU-minutes")
        tar = f"{directory}/root.tar"
        install(suite, tar, "essential", PACKAGES, f"{PARTS}/setup")
        _format(tar, f"{directory}/disk")
        os.remove(tar)

    parts = [read(f"{PARTS}/{name}") for name in sorted(os.listdir(PARTS))]
    key = digest(suite, RECIPE, str(DISK_MIB), _versions(), *parts)
    return entry("userland", key, build) + "/disk"


def initrd(kernel):
    """Path of the initrd that goes with the disk and the kernel."""
    modules = kernel.further_modules(MODULES)
    init = f"{PARTS}/init"

    def build(directory):
        image.userland_initrd(f"{directory}/initrd", init, kernel.release(), modules)

    key = digest(read(init), read(image.__file__), kernel.release(), RECIPE, *MODULES)
    return entry("userland-initrd", key, build) + "/initrd"
