# SPDX-License-Identifier: GPL-2.0
"""Exits to the outer hypervisor in a trace of three levels: a guest, its hypervisor, and KVM below.

The processor knows two levels only. Every exit goes to the outer hypervisor, to one address, and
each entry of its leads to the inner one or to the guest. The inner one's code may be at the same
addresses, but is there only right after such an entry.
"""

import collections

import outer

OUTER, INNER, GUEST = range(3)
GUEST_TOP = 1 << 20  # flat guests are below, and nothing else


class Exits:
    """What a section of a trace has of exits to the outer hypervisor.

    `found` has for each (instruction, number, address) of the inner one, or GUEST, how often it
    exited and how long that took; `ticks` those of each level.
    """

    def __init__(self):
        self.level = GUEST
        self.entering = False
        self.outer_entry = None  # where exits lead
        self.registers = outer.Registers()  # of the inner hypervisor
        self.last = None  # what it executed last
        self.found = collections.defaultdict(lambda: [0, 0])
        self.cause = None
        self.ticks = [0, 0, 0]

    def _leave(self, cause):
        self.level = OUTER
        self.cause = cause
        self.found[cause][0] += 1

    def _find_level(self, address):
        if self.entering:
            self.entering = False
            self.level = GUEST if address < GUEST_TOP else INNER
            if self.level == GUEST and self.last:
                self.registers.enter_guest()
                self.last = None
            elif self.level == INNER and not self.last:
                self.registers.leave_guest()
        elif self.level == GUEST and address >= GUEST_TOP:
            self.outer_entry = address
            self._leave(GUEST)
        elif self.level == INNER and address == self.outer_entry:
            self._leave(self.last)

    def step(self, address, name, operands):
        """The next instruction of the trace."""
        self._find_level(address)
        self.ticks[self.level] += 1
        if self.level == OUTER:
            self.found[self.cause][1] += 1
            self.entering = name in outer.ENTRIES
        elif self.level == INNER:
            self.last = (name, self.registers.number(name, operands), address)
            self.registers.step(name, operands)

    def start(self):
        """Count from here on."""
        self.found.clear()
        self.ticks = [0, 0, 0]

    def snapshot(self):
        """What was counted so far."""
        return {cause: tuple(counts) for cause, counts in self.found.items()}, list(self.ticks)
