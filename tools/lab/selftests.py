# SPDX-License-Identifier: GPL-2.0
"""The kernel's own KVM selftests, unmodified, built once as static programs."""

import os
import re
import shutil
import subprocess

from cache import Failure, digest, entry, package_version, progress, read

SERIES = "6.12"
DIRECTORY = "tools/testing/selftests/kvm"
JOBS = os.environ.get("LAB_JOBS") or str(os.cpu_count() or 1)


def _run(log, cwd, *command):
    with open(log, "ab") as output:
        result = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
                                stderr=subprocess.STDOUT, check=False)
    if result.returncode:
        with open(log, encoding="utf-8", errors="replace") as file:
            tail = "".join(file.readlines()[-20:])
        raise Failure(f"building the KVM selftests failed:\n{tail}Run `make deps`; then try again.")


def _programs(makefile):
    """Names of the programs for this architecture, as their makefile lists them."""
    return re.findall(r"^TEST_GEN_PROGS(?:_EXTENDED)?_x86_64 \+?= (\S+)$", read(makefile), re.M)


def _build(directory):
    tree = f"{directory}/tree"
    log = f"{directory}/build.log"
    tests = f"{tree}/{DIRECTORY}"
    progress(f"building the KVM selftests of {SERIES} once, about 3 CPU-minutes")
    os.mkdir(tree)
    _run(log, tree, "tar", "--strip-components=1", "-xf",
         f"/usr/src/linux-source-{SERIES}.tar.xz")
    _run(log, tree, "make", f"-j{JOBS}", "headers")
    programs = _programs(f"{tests}/Makefile")
    _run(log, tests, "nice", "make", f"-j{JOBS}", "ARCH=x86_64", "CC=gcc -static",
         f"OUTPUT={tests}/out", *(f"{tests}/out/{name}" for name in programs))
    os.mkdir(f"{directory}/bin")
    for name in programs:
        target = f"{directory}/bin/{os.path.basename(name)}"
        subprocess.run(["strip", "-o", target, f"{tests}/out/{name}"], check=True)
    shutil.rmtree(tree)


def programs():
    """Directory with all of them."""
    gcc = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True,
                         check=True).stdout
    key = digest(package_version(f"linux-source-{SERIES}"), package_version("libc6-dev"), gcc,
                 read(__file__))
    return entry("kvm-selftests", key, _build) + "/bin"
