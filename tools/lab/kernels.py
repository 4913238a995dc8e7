# SPDX-License-Identifier: GPL-2.0
"""The kernels a test machine can run: one row each in KERNELS.

A kernel offers a release, a directory to build modules against, a boot image and
the modules of its own that tests want (KVM's, msr). `FromSource` configures and builds
one from Debian's source package; `FromDebian` takes Debian's own binary, unmodified,
without installing it.
"""

import glob
import os
import re
import subprocess
import time

from cache import Failure, digest, entry, package_version, progress, read

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = ("irqbypass.ko", "kvm.ko", "kvm-intel.ko", "msr.ko")
RECIPE = "1"  # raise it when a kernel turns out otherwise although its inputs are the same
JOBS = os.environ.get("LAB_JOBS") or str(os.cpu_count() or 1)

# What remains of a source tree: enough to build modules against it.
KEEP = re.compile(
    r"(^|/)(\.config|Module\.symvers|System\.map|Makefile[^/]*|Kbuild[^/]*|Kconfig[^/]*)$"
    r"|^arch/x86/.*\.h$|^(scripts|include)/|^tools/objtool/objtool$|^arch/x86/boot/bzImage$"
    rf"|/({'|'.join(map(re.escape, MODULES))})$")
DROP = re.compile(r"\.(o|a|cmd|d|mod|order)$|^(Documentation|samples|tools/testing)/")


def _version_key(path):
    return [int(part) for part in re.findall(r"\d+", os.path.basename(path))]


def _find_modules(root):
    """Paths of the modules that go along, below `root`, in the order in which they load."""
    found = {os.path.basename(path): path
             for path in glob.glob(f"{root}/**/*.ko", recursive=True)}
    return [found[name] for name in MODULES if name in found]


class FromDebian:
    """Debian's binary kernel of a series, as `make deps` installed its headers."""

    def __init__(self, series):
        self.series = series

    def build_dir(self):
        found = glob.glob(f"/usr/src/linux-headers-{self.series}*-cloud-amd64")
        if not found:
            raise Failure(f"headers of Debian's {self.series} cloud kernel are missing: "
                          "run `make deps`")
        return max(found, key=_version_key)

    def release(self):
        return os.path.basename(self.build_dir())[len("linux-headers-"):]

    def _unpack(self, directory):
        package = f"linux-image-{self.release()}"
        progress(f"downloading Debian's {package} (27 MB)")
        apt = ["apt-get", "-q", "-o", "APT::Sandbox::User=", "download", package]
        result = subprocess.run(apt, cwd=directory, capture_output=True, text=True,
                                check=False)
        found = glob.glob(f"{directory}/*.deb")
        if result.returncode or not found:
            raise Failure(f"apt-get could not download {package}:\n{result.stderr.strip()}\n"
                          "Bring the package lists and headers up to date: `sudo apt-get update "
                          f"&& sudo apt-get install linux-headers-cloud-amd64`")
        subprocess.run(["dpkg-deb", "-x", found[0], directory], check=True)
        os.remove(found[0])
        for path in glob.glob(f"{directory}/lib/modules/**/*.ko*", recursive=True):
            if os.path.basename(path).removesuffix(".xz") not in MODULES:
                os.remove(path)
            elif path.endswith(".xz"):
                subprocess.run(["xz", "-d", path], check=True)

    def _files(self):
        release = self.release()
        key = digest(release, package_version(f"linux-headers-{release}"), RECIPE, *MODULES)
        return entry(f"debian-{release}", key, self._unpack)

    def image(self):
        return f"{self._files()}/boot/vmlinuz-{self.release()}"

    def modules(self):
        return _find_modules(f"{self._files()}/lib/modules")


class FromSource:
    """Debian's source of a series, built with configuration fragments over tinyconfig."""

    def __init__(self, series, *fragments):
        self.series = series
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
                        progress(f"{self.name} kernel: {title}, {elapsed} s, "
                                 f"{len(read_lines(log))} lines of log")
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait()
        if child.returncode:
            tail = "\n".join(read_lines(log)[-20:])
            raise Failure(f"{title} the {self.name} kernel failed:\n{tail}\n"
                          "Run `make deps`; then try again.")

    def _verify(self, config):
        """Kconfig drops what its dependencies forbid without a word: insist."""
        have = set(read_lines(config))
        lost = []
        for line in (line for path in self.fragments for line in read_lines(path)):
            off = re.fullmatch(r"# (CONFIG_\w+) is not set", line)
            if off and any(text.startswith(f"{off[1]}=") for text in have):
                lost.append(line)
            elif line.startswith("CONFIG_") and line not in have:
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


def read_lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


KERNELS = {
    "lab": FromSource("6.12", "lab"),
    "stock": FromDebian("6.1."),
    "debian612": FromDebian("6.12."),
}


def kernel(name):
    if name not in KERNELS:
        raise Failure(f"no kernel {name!r}; there are: {', '.join(KERNELS)}")
    return KERNELS[name]
