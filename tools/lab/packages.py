# SPDX-License-Identifier: GPL-2.0
"""A Debian to install vmh's packages in: with DKMS and a kernel's headers, and no kernel."""

import os
import re
import subprocess

from cache import digest, entry, progress
from userland import install, package_suite

RECIPE = "1"  # raise it when the system turns out otherwise although its inputs are the same
PACKAGES = ("usr-is-merged", "dkms", "libc6-dev", "libslirp0", "linux-libc-dev", "openssl",
            "pkg-config")
# What depmod makes once is there before vmh comes.
SETUP = 'chroot "$1" depmod {release}'


def _versions(packages):
    shown = subprocess.run(["apt-cache", "policy", "libc6", "base-files", *packages],
                           capture_output=True, text=True, check=True).stdout
    return "".join(re.findall(r"^  Candidate: .*\n", shown, re.M))


def root(release):
    """Path of a tar with that system, and the headers of the kernel of this release."""
    suite = package_suite()
    packages = (*PACKAGES, f"linux-headers-{release}")
    setup = SETUP.format(release=release)

    def build(directory):
        progress("installing a Debian with DKMS once, 1 CPU-minute")
        install(suite, f"{directory}/root.tar", "apt", packages, setup)

    key = digest(suite, RECIPE, setup, _versions(packages), *packages)
    return entry("packages", key, build) + "/root.tar"
