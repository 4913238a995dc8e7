# SPDX-License-Identifier: GPL-2.0
"""What emulates or runs the test machine: one row each in BACKENDS.

A back end turns a Machine into a command line. Every machine has two serial lines:
the first one is a terminal for the job, the second one a file for its kernel's log.
"""

import dataclasses
import os
import re
import shlex
import subprocess

import here
import image
from cache import Failure, progress, read
from disk import boot_disk
from kernels import is_tree, kernel

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_TRACES = 1000  # one more ends the machine

# The host kernel logs to the second line only, dies at once and loudly, and leaves by
# a triple fault, which ends the machine. A Debian kernel's tests of its own cryptography would be
# half of its boot.
COMMON_ARGS = ("console=ttyS1,115200 panic=-1 reboot=t oops=panic "
               "printk.devkmsg=on mitigations=off cryptomgr.notests=1")


MODEL = "corei7_skylake_x"  # Bochs' processor that has most of VT-x


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
    model: str = MODEL  # Bochs: the processor, as it calls it
    cpu: str = "host"  # QEMU: the processor, as its -cpu has it
    kvm_intel: str = ""  # nested: arguments of the module that offers VT-x


def _write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


# MiB: what a Bochs machine has beyond that, Bochs keeps in a file.
BOCHS_MEMORY_MAX = 2048


def bochs():
    """The emulator's program."""
    return os.environ.get("BOCHS") or "bochs"


def bochs_model(part):
    """The name of the one processor of Bochs' that is called `part`, or has it in its name."""
    said = subprocess.run([bochs(), "--help", "cpu"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False).stdout
    models = re.findall(r"^(\w+)$", said, re.MULTILINE)
    found = [part] if part in models else [model for model in models if part in model]
    if len(found) != 1:
        raise Failure(f"--model {part}: " + (f"{', '.join(found)}: which?" if found else
                                             f"Bochs has {', '.join(models)}"))
    return found[0]


class Emulated:
    """What the back ends that bring a machine along have in common."""

    default_kernel = "lab"
    least_mhz = 0
    busy = False  # it waits while its processors do
    tidy_s = 0
    takes = {"cpus", "mem", "append", "xsave", "crash_kernel"}

    def kernel(self, name):
        """The kernel that the machine runs."""
        return kernel(name)

    def check(self, args):
        """Raise Failure where no machine can be had."""

    def build_arguments(self, name):
        """What `make module` is told."""
        return [f"KDIR={os.path.abspath(name)}" if is_tree(name) else f"KERNEL={name}"]

    def announce(self, args, release, _modules):
        """Say what comes."""
        progress(f"booting {args.kernel} ({release}) on {args.backend}, "
                 f"{args.cpus} processor{'s' * (args.cpus > 1)}")


class Bochs(Emulated):
    """An emulator that has VT-x. One instruction is one tick of its clock."""

    why = "VT-x emulated, works everywhere"
    busy = True
    takes = Emulated.takes | {"model", "mhz", "trace"}

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
            model=bochs_model(machine.model), cpus=machine.cpus, mhz=machine.mhz,
            memory=machine.memory_mib,
            host_memory=min(machine.memory_mib, BOCHS_MEMORY_MAX), disk=disk,
            terminal=machine.terminal, log=machine.log)
        script = "c\n"
        if machine.trace:
            # XCHG BX, BX stops in the debugger.
            config += "magic_break: enabled=1\n"
            script += f"trace on\ns {machine.trace}\ntrace off\nc\n" * MAX_TRACES
        rc = _write(f"{machine.directory}/bochsrc", config)
        go = _write(f"{machine.directory}/debugger", script)
        return [bochs(), "-q", "-f", rc, "-rc", go]


def qemu(accel, cpu, machine, log, *more):
    """QEMU's command line for `machine`; `more` says what its first serial line is."""
    return ["qemu-system-x86_64", "-machine", f"q35,accel={accel}", "-cpu", cpu,
            "-smp", str(machine.cpus), "-m", str(machine.memory_mib),
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", *more,
            "-serial", f"file:{log}", "-kernel", machine.kernel, "-initrd", machine.initrd,
            "-append", f"{COMMON_ARGS} {machine.append}"]


class Qemu(Emulated):
    """QEMU, with Intel's VT-x passed through (kvm) or without any (tcg)."""

    def __init__(self, accel, why, cpu=None):
        self.accel, self.cpu, self.why = accel, cpu, why
        self.takes = Emulated.takes | (set() if cpu else {"cpu"})

    def command(self, machine):
        return qemu(self.accel, self.cpu or f"{machine.cpu},+vmx", machine, machine.log,
                    "-serial", machine.terminal)


NESTED_KERNEL = "lab"
NESTED_MEMORY_MAX = 1280
FIRMWARE = ("/usr/share/seabios/bios-256k.bin", "/usr/share/qemu/kvmvapic.bin",
            "/usr/share/qemu/linuxboot_dma.bin")


class Nested(Emulated):
    """QEMU with KVM in Bochs: VT-x as KVM gives it to its guests, on any computer.

    The outer machine's two serial lines are handed on to the inner one. Its own kernel logs to
    the second line as well, so what KVM has to complain about fails the run like all else.
    """

    why = "VT-x as KVM nests it, in Bochs; works everywhere"
    least_mhz = 100  # two hosts' timer interrupts take their time
    busy = True
    takes = Emulated.takes | {"model", "mhz", "trace", "cpu", "kvm_intel"}

    def command(self, machine):
        if machine.memory_mib > NESTED_MEMORY_MAX:
            raise Failure(f"--mem {machine.memory_mib}: nested, {NESTED_MEMORY_MAX} MiB is most")
        outer = kernel(NESTED_KERNEL)
        initrd = f"{machine.directory}/outer-initrd"
        image.nested_initrd(initrd, outer.release(), outer.modules(), self._files(machine),
                            self._settings(machine))
        return Bochs().command(dataclasses.replace(
            machine, kernel=outer.image(), initrd=initrd, memory_mib=BOCHS_MEMORY_MAX,
            append=outer.args))

    @staticmethod
    def _files(machine):
        return [*image.program_files("qemu-system-x86_64"),
                *((path, f"firmware/{os.path.basename(path)}") for path in FIRMWARE),
                (machine.kernel, "inner/kernel"), (machine.initrd, "inner/initrd")]

    @staticmethod
    def _settings(machine):
        """What the outer machine's init is told, as shell text."""
        inner = dataclasses.replace(
            machine, kernel="/inner/kernel", initrd="/inner/initrd",
            append=f"tsc=reliable tsc_early_khz={machine.mhz}000 {machine.append}")
        # Bochs delivers virtual interrupts to a guest that has them off. For QEMU minus comes last.
        vid = "" if "vmx-apicv-vid" in machine.cpu else ",-vmx-apicv-vid"
        vmx = "" if "-vmx" in machine.cpu.split(",") else ",+vmx"
        command = qemu("kvm", f"{machine.cpu}{vmx}{vid}", inner, "/dev/ttyS1",
                       "-L", "/firmware", "-serial", "stdio")
        return (f"kvm_intel={shlex.quote(machine.kvm_intel)}\n"
                f"inner() {{ exec {shlex.join(command)}; }}\n")


class Here:
    """No machine but this very computer: see here.py."""

    why = "this very computer; asks first"
    default_kernel = here.release()
    least_mhz = 0
    busy = False
    tidy_s = 60
    takes = {"yes"}

    def __init__(self):
        self.lock = None

    def kernel(self, name):
        if name != self.default_kernel:
            raise Failure(f"--kernel {name}: here runs {self.default_kernel}")
        return here.RunningKernel()

    def check(self, args):
        here.check(args.no_build)
        self.lock = here.lock()
        args.cpus = os.cpu_count()

    def build_arguments(self, name):
        return [f"KDIR=/lib/modules/{name}/build"]

    def announce(self, args, _release, modules):
        here.announce(modules)
        here.consent(args.yes)

    def command(self, machine):
        return [f"{HERE}/here-guard", machine.directory, machine.terminal, machine.log]


BACKENDS = {
    "bochs": Bochs(),
    "nested": Nested(),
    "qemu-kvm": Qemu("kvm", "VT-x nested in this machine's own"),
    "qemu-tcg": Qemu("tcg", "no VT-x: shows how vmh refuses", "max"),
    "here": Here(),
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
