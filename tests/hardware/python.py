#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""python.py TREE PROGRAM...: put into TREE what these Python programs load of Python's library.

Compiled already, as an emulator takes its time for that; also the modules beside the programs,
which are in TREE under their own paths below the working directory.
"""

import importlib.machinery
import importlib.util
import os
import py_compile
import shutil
import subprocess
import sys


def load(path):
    """Import a program, which does nothing then, with all that it imports."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    loader = importlib.machinery.SourceFileLoader("program", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("program", loader))
    loader.exec_module(module)


def libraries(path):
    """Shared libraries that an extension module needs."""
    listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
    words = (line.split() for line in listed.splitlines())
    return [line[2] for line in words if len(line) > 2 and line[2].startswith("/")]


def place(tree, source, path):
    target = f"{tree}/{path.lstrip('/')}"
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if not os.path.exists(target):
        shutil.copy(source, target)
    return target


def main(tree, programs):
    sys.dont_write_bytecode = True
    for program in programs:
        load(program)
    here = os.getcwd()
    paths = {module.__file__ for module in list(sys.modules.values())
             if getattr(module, "__file__", None)} - {os.path.abspath(__file__)}
    for path in sorted(paths):
        name = f"vmh/{os.path.relpath(path, here)}" if path.startswith(f"{here}/") else path
        target = place(tree, path, name)
        if path.endswith(".so"):
            for library in libraries(path):
                place(tree, library, library)
        else:
            py_compile.compile(target, doraise=True,
                               invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
