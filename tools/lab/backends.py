# SPDX-License-Identifier: GPL-2.0
"""What emulates or runs the test machine: one row each in BACKENDS.

A back end turns a Machine into a command line. Every machine has two serial lines:
the first one is a terminal for the job, the second one a file for its kernel's log.
"""

import dataclasses
import os
import re
import subprocess

from cache import Failure, read

HERE = os.path.dirname(os.path.abspath(__file__))
ISOLINUX = "/usr/lib/ISOLINUX"
SYSLINUX = "/usr/lib/syslinux/modules/bios"
MIB = 1 << 20
MAX_TRACES = 40

# The host kernel logs to the second line only, dies at once and loudly, and leaves by
# a triple fault, which ends the machine.
COMMON_ARGS = ("console=ttyS1,115200 panic=-1 reboot=t oops=panic "
               "printk.devkmsg=on mitigations=off")


@dataclasses.dataclass
class Machine:
    """One test machine, as asked for on the command line."""

    directory: str  # scratch, private to this machine
    kernel: str
    initrd: str
    terminal: str  # device of the first serial line
    log: str  # file of the second one
    cpus: int = 1
    memory_mib: int = 1024
    append: str = ""
    xsave: bool = False
    trace: int = 0
    mhz: int = 20  # Bochs: how many instructions a second of the machine has, in millions


def _write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def boot_disk(directory, kernel, initrd, args):
    """A CD image in `directory` that also boots as a disk, padded as Bochs wants it."""
    iso = f"{directory}/iso"
    disk = f"{directory}/disk.img"
    os.mkdir(iso)
    os.symlink(kernel, f"{iso}/kernel")
    os.symlink(initrd, f"{iso}/initrd")
    os.symlink(f"{ISOLINUX}/isolinux.bin", f"{iso}/isolinux.bin")
    os.symlink(f"{SYSLINUX}/ldlinux.c32", f"{iso}/ldlinux.c32")
    _write(f"{iso}/isolinux.cfg", "DEFAULT lab\nLABEL lab\nKERNEL /kernel\n"
           f"INITRD /initrd\nAPPEND {args}\n")
    subprocess.run(
        ["xorriso", "-as", "mkisofs", "-quiet", "-f", "-o", disk, "-b", "isolinux.bin",
         "-c", "boot.cat", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table",
         "-isohybrid-mbr", f"{ISOLINUX}/isohdpfx.bin", iso],
        check=True, stderr=subprocess.DEVNULL)
    size = os.path.getsize(disk)
    os.truncate(disk, -(-size // MIB) * MIB)
    return disk


# MiB: what a Bochs machine has beyond that, Bochs keeps in a file.
BOCHS_MEMORY_MAX = 2048


class Bochs:
    """An emulator that has VT-x. One instruction is one tick of its clock."""

    why = "VT-x emulated, works everywhere"

    def command(self, machine):
        # The model claims a 3.5 GHz TSC that ticks once per instruction; tell the truth.
        args = f"{COMMON_ARGS} tsc=reliable tsc_early_khz={machine.mhz}000 "
        if machine.xsave:
            # Bochs faults when it restores AVX state: keep the C library from making any.
            # What the kernel does not know it hands to init as its environment.
            args += ("clearcpuid=avx512f nopku GLIBC_TUNABLES=glibc.cpu.hwcaps="
                     "-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-AVX_Fast_Unaligned_Load ")
        disk = boot_disk(machine.directory, machine.kernel, machine.initrd,
                         args + machine.append)
        config = read(f"{HERE}/config/bochsrc").format(
            cpus=machine.cpus, mhz=machine.mhz, memory=machine.memory_mib,
            host_memory=min(machine.memory_mib, BOCHS_MEMORY_MAX), disk=disk,
            terminal=machine.terminal, log=machine.log)
        script = "c\n"
        if machine.trace:
            # XCHG BX, BX stops in the debugger.
            config += "magic_break: enabled=1\n"
            script += f"trace on\ns {machine.trace}\ntrace off\nc\n" * MAX_TRACES
        rc = _write(f"{machine.directory}/bochsrc", config)
        go = _write(f"{machine.directory}/debugger", script)
        return [os.environ.get("BOCHS") or "bochs", "-q", "-f", rc, "-rc", go]


class Qemu:
    """QEMU, with Intel's VT-x passed through (kvm) or without any (tcg)."""

    def __init__(self, accel, cpu, why):
        self.accel, self.cpu, self.why = accel, cpu, why

    def command(self, machine):
        return ["qemu-system-x86_64", "-machine", f"q35,accel={self.accel}", "-cpu", self.cpu,
                "-smp", str(machine.cpus), "-m", str(machine.memory_mib),
                "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                "-serial", machine.terminal, "-serial", f"file:{machine.log}",
                "-kernel", machine.kernel, "-initrd", machine.initrd,
                "-append", f"{COMMON_ARGS} {machine.append}"]


BACKENDS = {
    "bochs": Bochs(),
    "qemu-kvm": Qemu("kvm", "host,+vmx", "VT-x nested in this machine's own"),
    "qemu-tcg": Qemu("tcg", "max", "no VT-x: shows how vmh refuses"),
}


def _nested_vmx():
    """Can KVM here give VT-x to a machine?"""
    path = "/sys/module/kvm_intel/parameters/nested"
    try:
        return os.access("/dev/kvm", os.R_OK | os.W_OK) and re.match(r"[Y1]", read(path))
    except OSError:
        return False


def choose(name=None):
    """(name, back end): as asked, else $LAB, else the fastest that has VT-x."""
    name = name or os.environ.get("LAB") or ("qemu-kvm" if _nested_vmx() else "bochs")
    if name not in BACKENDS:
        raise Failure(f"no back end {name!r}; there are: {', '.join(BACKENDS)}")
    return name, BACKENDS[name]
