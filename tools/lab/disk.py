# SPDX-License-Identifier: GPL-2.0
"""A disk that firmware boots: a boot loader, a kernel and an initrd."""

import os
import subprocess

ISOLINUX = "/usr/lib/ISOLINUX"
SYSLINUX = "/usr/lib/syslinux/modules/bios"
MIB = 1 << 20


def boot_disk(directory, kernel, initrd, args):
    """A CD image in `directory` that also boots as a disk, padded as Bochs wants it."""
    iso = f"{directory}/iso"
    disk = f"{directory}/disk.img"
    os.mkdir(iso)
    os.symlink(kernel, f"{iso}/kernel")
    os.symlink(initrd, f"{iso}/initrd")
    os.symlink(f"{ISOLINUX}/isolinux.bin", f"{iso}/isolinux.bin")
    os.symlink(f"{SYSLINUX}/ldlinux.c32", f"{iso}/ldlinux.c32")
    with open(f"{iso}/isolinux.cfg", "w", encoding="utf-8") as file:
        file.write("DEFAULT lab\nLABEL lab\nKERNEL /kernel\n"
                   f"INITRD /initrd\nAPPEND {args}\n")
    subprocess.run(
        ["xorriso", "-as", "mkisofs", "-quiet", "-f", "-o", disk, "-b", "isolinux.bin",
         "-c", "boot.cat", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table",
         "-isohybrid-mbr", f"{ISOLINUX}/isohdpfx.bin", iso],
        check=True, stderr=subprocess.DEVNULL)
    size = os.path.getsize(disk)
    os.truncate(disk, -(-size // MIB) * MIB)
    return disk
