# SPDX-License-Identifier: GPL-2.0
"""This very computer as a test machine: what must hold before a job runs on it, and its kernel.

The job finds what it finds in any other machine, as it has a root file system of its own, in
memory: the one that other machines boot from (machine/here-init). The modules that it loads go
into the running kernel. `here-guard` sees to it that afterwards all is as it was.
"""

import glob
import lzma
import os
import re
import socket
import subprocess
import sys

from cache import Failure, digest, entry, progress, read

HERE = os.path.dirname(os.path.abspath(__file__))
BUSYBOX = "/bin/busybox"
TOP = os.path.realpath(f"{HERE}/../..")
OURS = ("vmh", "vmh_kunit", "vmh_entry", "vmh_age")
NEEDED = ("irqbypass", "kvm", "kvm-intel", "msr")  # of the kernel's modules, as far as it has them
OTHERS = ("vboxdrv", "vmmon")  # hypervisors that are not in the kernel
SIGNATURE = b"~Module signature appended~\n"
CAP_SYS_MODULE = 16


def release():
    return os.uname().release


def _text(path):
    """What a file of /proc or /sys says; empty where there is none."""
    try:
        return read(path).strip()
    except OSError:
        return ""


class RunningKernel:
    """This computer's kernel, as tools/lab/kernels.py has others."""

    args = ""
    mhz = 0
    xsave = False

    def release(self):
        return release()

    def build_dir(self):
        return f"/lib/modules/{release()}/build"

    def image(self):
        return ""

    def modules(self):
        """Paths of its own modules that go along, not compressed."""
        paths = glob.glob(f"/lib/modules/{release()}/**/*.ko*", recursive=True)
        found = {re.sub(r"\.ko(\.\w+)?$", "", os.path.basename(path)): path for path in paths}
        return [_plain(found[name]) for name in NEEDED if name in found]


def _plain(path):
    """`path`, or that of a copy that is not compressed."""
    name, kind = os.path.splitext(path)
    if kind == ".ko":
        return path

    def build(directory):
        with open(path, "rb") as file:
            data = file.read()
        if kind == ".xz":
            data = lzma.decompress(data)
        else:
            data = subprocess.run([{".zst": "zstd", ".gz": "gzip"}[kind], "-dc", path],
                                  stdout=subprocess.PIPE, check=True).stdout
        with open(f"{directory}/{os.path.basename(name)}", "wb") as file:
            file.write(data)

    status = os.stat(path)
    key = digest(path, str(status.st_size), str(status.st_mtime_ns))
    return f"{entry('module', key, build)}/{os.path.basename(name)}"


def loaded_modules():
    """How often each loaded module is in use, by its name."""
    lines = [line.split() for line in _text("/proc/modules").splitlines()]
    return {words[0]: int(words[2]) if words[2] != "-" else 0 for words in lines}


def cpu_field(name):
    """What /proc/cpuinfo has in a line of the first processor."""
    found = re.search(rf"^{name}\s*: (.*)$", read("/proc/cpuinfo"), re.MULTILINE)
    return found[1] if found else ""


def _is_signed(path):
    try:
        with open(path, "rb") as file:
            return file.read().endswith(SIGNATURE)
    except FileNotFoundError:
        return False


def _no_vtx():
    """Why the kernel shows no VT-x; empty where it does."""
    flags = cpu_field("flags").split()
    if "vmx" in flags:
        return ""
    if cpu_field("vendor_id") != "GenuineIntel":
        return f"the processor is not Intel's: {cpu_field('model name')}"
    if "hypervisor" in flags:
        return ("this is a virtual machine, and its hypervisor offers no VT-x: nested "
                "virtualisation has to be switched on there")
    return ("the processor lacks VT-x, or the firmware has switched it off: look for Intel "
            "Virtualization Technology in the firmware setup")


def _no_privilege():
    capabilities = re.search(r"^CapEff:\s*(\w+)", read("/proc/self/status"), re.MULTILINE)
    if os.geteuid() != 0:
        return "only root may load modules: use sudo"
    if not int(capabilities[1], 16) >> CAP_SYS_MODULE & 1:
        return "root may not load modules here, as in a container: run it outside"
    if not os.path.exists("/proc/modules"):
        return "this kernel has no loadable modules"
    if _text("/proc/sys/kernel/modules_disabled") == "1":
        return "this kernel loads no more modules (kernel.modules_disabled)"
    return ""


def _only_signed():
    module = module_path()
    lockdown = re.search(r"\[(\w+)\]", _text("/sys/kernel/security/lockdown"))
    locked = lockdown and lockdown[1] != "none"
    if not locked and _text("/sys/module/module/parameters/sig_enforce") != "Y":
        return ""
    if _is_signed(module):
        return ""
    return (("the kernel is locked down, as it is with secure boot" if locked else
             "this kernel is set so (module.sig_enforce)") +
            f": it loads signed modules only, and {module} is not signed. Sign it with a key that "
            "this machine trusts (mokutil), or switch secure boot off in the firmware setup")


def _other_users():
    loaded = loaded_modules()
    for name in OURS:
        if name in loaded:
            return f"the module {name} is loaded already: `rmmod {name}` first"
    if loaded.get("kvm_intel"):
        return ("KVM is in use (kvm_intel has users): end its VMs and the programs that have "
                "/dev/kvm open")
    for name in OTHERS:
        if loaded.get(name):
            return f"another hypervisor is in use ({name} has users): end its VMs"
    return ""


def _no_headers():
    if os.path.isdir(f"/lib/modules/{release()}/build"):
        return ""
    return (f"the headers of the running kernel are missing: on Debian, `apt-get install "
            f"linux-headers-{release()}`; if there is no such package, boot the newest kernel")


def module_path():
    return f"{TOP}/build/mod-{release()}/vmh.ko"


def _no_tools():
    if not os.path.exists("/proc/self/ns/pid"):
        return "its kernel has no PID namespaces, by which all that a job began is ended"
    if not os.path.exists(BUSYBOX):
        return f"{BUSYBOX} is missing: `tools/lab/deps here` installs it"
    return ""


def check(built):
    """Raise Failure where a job cannot run on this computer; `built`: nothing has to be built."""
    for find in (_no_vtx, _no_privilege, _other_users, _only_signed, _no_tools,
                 lambda: "" if built else _no_headers()):
        reason = find()
        if reason:
            raise Failure(f"not on this computer: {reason}")


def lock():
    """A name that one process at a time can have; it goes with the process."""
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind("\0vmh-lab-here")
    except OSError as error:
        raise Failure("not on this computer: another job runs on it") from error
    return held


def announce(modules):
    """Say what is going to be loaded, and where."""
    progress(f"the job runs on this computer: {os.uname().nodename}, "
             f"{cpu_field('model name')}, {os.cpu_count()} processors, Linux {release()}")
    progress("it may load into the running kernel, as it could load anything:")
    for path in modules:
        progress(f"    {path}")
    if "kvm_intel" in loaded_modules():
        progress("KVM, which is loaded and idle, is taken out meanwhile, and put back afterwards")
    progress("a fault in them can stop this computer or lose data: save what you work on")


def consent(yes):
    """Have the user agree."""
    if yes or os.environ.get("LAB_YES") == "1":
        return
    if not sys.stdin.isatty():
        raise Failure("nothing was loaded: there is no terminal to ask at; --yes or LAB_YES=1 "
                      "is an answer")
    sys.stderr.write("lab: go on? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Failure("nothing was loaded")
