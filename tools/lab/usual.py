# SPDX-License-Identifier: GPL-2.0
"""How long things took the last time, so that a progress line can say what to expect.

Kept with the cache, by name. Nothing but progress lines depends on it: a file that is not there,
or makes no sense, is as good as none.
"""

import json
import os

import cache

MOST = 500  # names that are kept, the newest


def _path():
    return os.path.join(cache.ROOT, "durations.json")


def _load():
    try:
        durations = json.loads(cache.read(_path()))
    except (OSError, ValueError):
        return {}
    return durations if isinstance(durations, dict) else {}


def seconds(name):
    """What `name` took the last time, or None."""
    value = _load().get(name)
    return value if isinstance(value, (int, float)) and value > 0 else None


def remember(name, took):
    """`name` has taken so many seconds. Two at a time may lose one of the two."""
    durations = _load()
    durations.pop(name, None)
    durations[name] = round(took, 1)
    fresh = f"{_path()}.{os.getpid()}"
    try:
        os.makedirs(cache.ROOT, exist_ok=True)
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump(dict(list(durations.items())[-MOST:]), file, indent=0)
        os.replace(fresh, _path())
    except OSError:
        pass


def so_far(name, elapsed):
    """The time that has passed, and of how much: "12 s of about 35"."""
    expected = seconds(name)
    if expected and expected >= elapsed:
        return f"{elapsed:.0f} s of about {expected:.0f}"
    return f"{elapsed:.0f} s"
