# SPDX-License-Identifier: GPL-2.0
"""The kernels a test machine can run: one row each in KERNELS.

A kernel offers a release, a directory to build modules against, a boot image, the
modules of its own that tests want (KVM's, msr), whether it has to have XSAVE, arguments, and how
many instructions a second of it has where an emulator counts them.
`FromSource` configures and builds one from Debian's source package; `FromDebian` takes
Debian's own binary, unmodified, without installing it; `FromTree` one that the user built.
"""

import functools
import glob
import os
import re
import shutil
import subprocess
import time

import usual
from cache import Failure, digest, entry, package_version, progress, read

HERE = os.path.dirname(os.path.abspath(__file__))
MHZ = 20
SLOW_MHZ = 100
MODULES = ("irqbypass.ko", "kvm.ko", "kvm-intel.ko", "msr.ko")
RECIPE = "1"  # raise it when a kernel turns out otherwise although its inputs are the same
JOBS = os.environ.get("LAB_JOBS") or str(os.cpu_count() or 1)

# What remains of a source tree: enough to build modules against it.
KEEP = re.compile(
    r"(^|/)(\.config|Module\.symvers|System\.map|Makefile[^/]*|Kbuild[^/]*|Kconfig[^/]*)$"
    r"|^arch/x86/.*\.h$|^(scripts|include)/|^tools/objtool/objtool$|^arch/x86/boot/bzImage$"
    rf"|/({'|'.join(map(re.escape, MODULES))})$")
DROP = re.compile(r"\.(o|a|cmd|d|mod|order)$|^(Documentation|samples|tools/testing)/")


def _find_modules(root):
    """Paths of the modules that go along, below `root`, in the order in which they load."""
    found = {os.path.basename(path): path
             for path in glob.glob(f"{root}/**/*.ko", recursive=True)}
    return [found[name] for name in MODULES if name in found]


class FromDebian:
    """Debian's binary kernel of a flavour, and its headers, unpacked but not installed."""

    xsave = False

    def __init__(self, flavour, mhz=MHZ, args=""):
        self.flavour = flavour
        self.mhz = mhz
        self.args = args

    @functools.cached_property
    def _newest(self):
        """(release, version) of the newest kernel that the package lists know."""
        meta = f"linux-headers-{self.flavour}"
        shown = subprocess.run(["apt-cache", "show", "--no-all-versions", meta],
                               capture_output=True, text=True, check=False).stdout
        found = re.search(r"^Depends: linux-headers-(\S+) \(= (\S+)\)", shown, re.MULTILINE)
        if not found:
            raise Failure(f"the package lists do not know {meta}: `sudo apt-get update`, on "
                          "Debian 12")
        return found.groups()

    def _unpacked(self, what, packages, tidy, also=()):
        """Directory with the files of `packages`, after tidy(directory), which depends on `also`."""
        release, version = self._newest

        def build(directory):
            progress(f"downloading {', '.join(packages)}")
            command = ["apt-get", "-q", "-o", "APT::Sandbox::User=", "download", *packages]
            result = subprocess.run(command, cwd=directory, capture_output=True, text=True,
                                    check=False)
            if result.returncode:
                raise Failure(f"apt-get failed:\n{result.stderr.strip()}\nIf the package lists "
                              "are old: `sudo apt-get update`, then try again.")
            for archive in glob.glob(f"{directory}/*.deb"):
                subprocess.run(["dpkg-deb", "-x", archive, directory], check=True)
                os.remove(archive)
            tidy(directory)

        key = digest(version, RECIPE, *MODULES, *packages, *also)
        return entry(f"{what}-{release}", key, build)

    def _headers(self):
        top = f"linux-headers-{self.release()}"
        shown = subprocess.run(["apt-cache", "depends", top], capture_output=True, text=True,
                               check=True).stdout
        return [top, *re.findall(r"^ *Depends: (linux-(?:headers|kbuild)-\S+)$", shown,
                                 re.MULTILINE)]

    def _tidy_headers(self, directory):
        """Let the makefiles find each other here; vmlinux would only ask for BTF tools."""
        headers = f"{directory}/usr/src/linux-headers-{self.release()}"
        makefile = read(f"{headers}/Makefile")
        with open(f"{headers}/Makefile", "w", encoding="utf-8") as file:
            file.write(makefile.replace("/usr/src/", "$(dir $(lastword $(MAKEFILE_LIST)))../"))
        if os.path.exists(f"{headers}/vmlinux"):
            os.remove(f"{headers}/vmlinux")

    @staticmethod
    def _tidy_image(directory):
        for path in glob.glob(f"{directory}/lib/modules/**/*.ko*", recursive=True):
            if os.path.basename(path).removesuffix(".xz") not in MODULES:
                os.remove(path)
            elif path.endswith(".xz"):
                subprocess.run(["xz", "-d", path], check=True)

    def _image(self):
        return self._unpacked("image", [f"linux-image-{self.release()}"], self._tidy_image)

    def further_modules(self, names):
        """Paths of other modules of this kernel, in this order, for its guests."""
        def tidy(directory):
            for path in glob.glob(f"{directory}/**/*.ko*", recursive=True):
                name = os.path.basename(path).removesuffix(".xz")
                if name not in names:
                    continue
                shutil.move(path, f"{directory}/{os.path.basename(path)}")
                if path.endswith(".xz"):
                    subprocess.run(["xz", "-d", f"{directory}/{name}.xz"], check=True)
            for name in ("boot", "lib", "usr"):
                shutil.rmtree(f"{directory}/{name}", ignore_errors=True)

        unpacked = self._unpacked("modules", [f"linux-image-{self.release()}"], tidy, names)
        return [f"{unpacked}/{name}" for name in names]

    def release(self):
        return self._newest[0]

    def build_dir(self):
        unpacked = self._unpacked("headers", self._headers(), self._tidy_headers)
        return f"{unpacked}/usr/src/linux-headers-{self.release()}"

    def image(self):
        return f"{self._image()}/boot/vmlinuz-{self.release()}"

    def modules(self):
        return _find_modules(f"{self._image()}/lib/modules")


class FromSource:
    """Debian's source of a series, built with configuration fragments over tinyconfig."""

    args = ""

    def __init__(self, series, *fragments, xsave=False, mhz=MHZ):
        self.series = series
        self.xsave = xsave
        self.mhz = mhz
        self.fragments = [f"{HERE}/config/{name}.config" for name in fragments]
        self.name = fragments[-1]

    def _tree(self):
        package = f"linux-source-{self.series}"
        gcc = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True,
                             check=True).stdout
        key = digest(package_version(package), gcc, RECIPE, KEEP.pattern, DROP.pattern,
                     *map(read, self.fragments))
        return entry(f"kernel-{self.name}", key, self._build) + "/tree"

    def _build(self, directory):
        tree = f"{directory}/tree"
        log = f"{directory}/build.log"
        progress(f"building the {self.name} kernel {self.series} once, about 10 CPU-minutes")
        os.mkdir(tree)
        self._step(log, "unpacking", "tar", "-C", tree, "--strip-components=1", "-xf",
                   f"/usr/src/linux-source-{self.series}.tar.xz")
        make = ["make", "-C", tree, "KBUILD_BUILD_USER=lab", "KBUILD_BUILD_HOST=vmh",
                "KBUILD_BUILD_TIMESTAMP=2024-01-01"]
        self._step(log, "configuring", *make, "tinyconfig")
        self._step(log, "configuring", f"{tree}/scripts/kconfig/merge_config.sh", "-m", "-O",
                   tree, f"{tree}/.config", *self.fragments)
        self._step(log, "configuring", *make, "olddefconfig")
        self._verify(f"{tree}/.config")
        self._step(log, "compiling", "nice", *make, f"-j{JOBS}", "bzImage", "modules")
        self._prune(tree)

    def _step(self, log, title, *command):
        """Run one command into the log, with a sign of life now and then."""
        start = time.monotonic()
        shown = 0
        with open(log, "ab") as output:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                     stderr=subprocess.STDOUT)
            try:
                while child.poll() is None:
                    time.sleep(0.2)
                    elapsed = int(time.monotonic() - start)
                    if elapsed >= shown + 5:
                        shown = elapsed
                        progress(f"{self.name} kernel: {title}, "
                                 f"{usual.so_far(f'{self.name} {title}', elapsed)}"
                                 f"{self._newest_object(log)}")
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait()
        usual.remember(f"{self.name} {title}", time.monotonic() - start)
        if child.returncode:
            tail = "\n".join(read_lines(log)[-20:])
            raise Failure(f"{title} the {self.name} kernel failed:\n{tail}\n"
                          "Run `make deps`; then try again.")

    @staticmethod
    def _newest_object(log):
        """What the kernel's make said last of an object: ", mm/slub.o", or nothing."""
        objects = [line.split()[-1] for line in read_lines(log)[-20:] if line.endswith(".o")]
        return f", {objects[-1]}" if objects else ""

    def _verify(self, config):
        """Kconfig drops what its dependencies forbid without a word: insist."""
        have = set(read_lines(config))
        wanted = {}  # of one option in several fragments the last line counts
        for line in (line for path in self.fragments for line in read_lines(path)):
            option = re.match(r"(?:# )?(CONFIG_\w+)(?:=| is not set)", line)
            if option:
                wanted[option[1]] = line
        lost = []
        for option, line in wanted.items():
            if line.startswith("#"):
                if any(text.startswith(f"{option}=") for text in have):
                    lost.append(line)
            elif line not in have:
                lost.append(line)
        if lost:
            raise Failure("these lines of the kernel configuration did not survive; correct "
                          f"{self.fragments[-1]}:\n" + "\n".join(lost))

    @staticmethod
    def _prune(tree):
        for top, directories, files in os.walk(tree, topdown=False):
            for name in files:
                path = os.path.join(top, name)
                rel = os.path.relpath(path, tree)
                if DROP.search(rel) or not KEEP.search(rel):
                    os.remove(path)
            for name in directories:
                path = os.path.join(top, name)
                if not os.path.islink(path) and not os.listdir(path):
                    os.rmdir(path)

    def build_dir(self):
        return self._tree()

    def release(self):
        return read(f"{self._tree()}/include/config/kernel.release").strip()

    def image(self):
        return f"{self._tree()}/arch/x86/boot/bzImage"

    def modules(self):
        return _find_modules(self._tree())


class FromTree:
    """A kernel that the user built: the directory in which the kernel's makefiles put it."""

    args = ""
    NEEDS = (".config", "Module.symvers", "include/config/kernel.release",
             "arch/x86/boot/bzImage")
    OPTIONS = ("64BIT", "MODULES", "BLK_DEV_INITRD", "DEVTMPFS", "PROC_FS", "SYSFS",
               "SERIAL_8250_CONSOLE")
    SLOW = ("KASAN", "PROVE_LOCKING", "PREEMPT_RT")

    def __init__(self, path):
        self.path = os.path.abspath(path)
        if not os.path.isdir(self.path):
            raise Failure(f"--kernel {path}: no such directory")
        for name in self.NEEDS:
            if not os.path.exists(f"{self.path}/{name}"):
                raise Failure(f"--kernel {path}: no kernel was built there: it has no {name}; "
                              "`make bzImage modules` makes all that is needed")
        have = set(read_lines(f"{self.path}/.config"))
        lost = [option for option in self.OPTIONS if f"CONFIG_{option}=y" not in have]
        if lost:
            raise Failure(f"--kernel {path}: the test machine needs CONFIG_{lost[0]}=y; "
                          "tools/lab/config/lab.config has all it needs")
        self.xsave = "CONFIG_KASAN=y" in have
        slow = any(f"CONFIG_{option}=y" in have for option in self.SLOW)
        self.mhz = SLOW_MHZ if slow else MHZ

    def build_dir(self):
        return self.path

    def release(self):
        return read(f"{self.path}/include/config/kernel.release").strip()

    def image(self):
        return f"{self.path}/arch/x86/boot/bzImage"

    def modules(self):
        return _find_modules(self.path)


def read_lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


KERNELS = {
    "lab": FromSource("6.12", "lab"),
    # When it hides XSAVE from itself, as in Bochs, 6.12 writes beyond its own FPU states.
    # Its timer interrupt takes hundreds of thousands of instructions: at 20 MHz the next is due by
    # then, and hardly anything else gets done.
    "debug": FromSource("6.12", "lab", "debug", xsave=True, mhz=SLOW_MHZ),
    "stock": FromDebian("cloud-amd64"),
    "debian612": FromDebian("6.12-cloud-amd64"),
    # With PREEMPT_RT: not cloud kernels, so larger. A faster clock, for fewer ticks as they boot.
    # A quarter of that went into looking for pages both writable and executable (rodata=off: not).
    "rt": FromDebian("rt-amd64", mhz=SLOW_MHZ, args="rodata=off"),
    "rt612": FromDebian("6.12-rt-amd64", mhz=SLOW_MHZ, args="rodata=off"),
}


def is_tree(name):
    """Is it a directory that is meant, and no row of the table?"""
    return "/" in name


def kernel(name):
    if is_tree(name):
        return FromTree(name)
    if name not in KERNELS:
        raise Failure(f"no kernel {name!r}; there are: {', '.join(KERNELS)}; or the directory "
                      "where one was built, with a / in it")
    return KERNELS[name]
