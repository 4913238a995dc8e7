# SPDX-License-Identifier: GPL-2.0
"""Which instructions of a hypervisor's exit where its VT-x is itself virtual: KVM's nested one.

An outer KVM lets its guest read and write some VMCS fields without an exit, in a shadow VMCS, and
some MSRs; everything else that a hypervisor does with VT-x exits to it. `Registers` follows the
constants in a trace, as the number of a field or an MSR is in a register.
"""

import re

# Fields of KVM's shadow VMCS (Linux 6.12, arch/x86/kvm/vmx): read and written, and read only.
SHADOWED = {
    0x0810, 0x0812, 0x0c08, 0x0c0a,  # interrupt status, PML index, selectors of FS and GS
    0x4000, 0x4002, 0x4004,  # pin-based and primary controls, exception bitmap
    0x4016, 0x4018, 0x401a, 0x401c,  # event to inject, its error code and length; TPR threshold
    0x4824, 0x482e,  # interruptibility, preemption timer
    0x6000, 0x6004, 0x6006,  # CR0's mask, shadows of CR0 and CR4
    0x6800, 0x6802, 0x6804, 0x681c, 0x681e, 0x6820,  # CR0, CR3, CR4, RSP, RIP, RFLAGS
    0x6c06, 0x6c08,  # the host's bases of FS and GS
}
SHADOWED_READ = SHADOWED | {
    0x2400, 0x2401,  # guest-physical address
    0x4402, 0x4404, 0x4406, 0x4408, 0x440a, 0x440c,  # exit reason, event, vectoring, length
    0x4816, 0x4818,  # access rights of CS and SS
    0x6400, 0x640a,  # exit qualification, guest-linear address
}

# MSRs that an outer KVM does not intercept: SYSENTER's, SPEC_CTRL, segment bases; of the x2APIC's
# all reads but the timer's, and writes of TPR, EOI and self-IPI.
DIRECT_MSRS = {0x48, 0x174, 0x175, 0x176, 0xc0000100, 0xc0000101, 0xc0000102}
DIRECT_READ = DIRECT_MSRS | {0x10} | set(range(0x802, 0x840)) - {0x839}
DIRECT_WRITE = DIRECT_MSRS | {0x49, 0x10b, 0x808, 0x80b, 0x83f}

ALWAYS = {"vmclear", "vmptrld", "vmptrst", "vmxon", "vmxoff", "invept", "invvpid", "xsetbv",
          "cpuid", "hlt", "rdpmc", "invd", "wbinvd", "in", "out", "ins", "outs"}
ENTRIES = {"vmlaunch", "vmresume"}


def exits(name, number):
    """Exits to the outer hypervisor for one instruction.

    `number` is that of the VMCS field or the MSR; None where it is not known, which counts as one
    that exits. An entry is two: it is the outer one that enters, and that is exited to first.
    """
    if name in ENTRIES:
        return 2
    direct = {"vmread": SHADOWED_READ, "vmwrite": SHADOWED,
              "rdmsr": DIRECT_READ, "wrmsr": DIRECT_WRITE}.get(name)
    if direct is not None:
        return int(number not in direct)
    return int(name in ALWAYS)


_LEGACY = {"ax": "al ax eax rax", "bx": "bl bx ebx rbx", "cx": "cl cx ecx rcx",
           "dx": "dl dx edx rdx", "si": "sil si esi rsi", "di": "dil di edi rdi",
           "bp": "bpl bp ebp rbp", "sp": "spl sp esp rsp"}
NAMES = {alias: base for base, aliases in _LEGACY.items() for alias in aliases.split()}
NAMES.update({f"r{i}{width}": f"r{i}" for i in range(8, 16) for width in ("", "d", "w", "b", "l")})
WIDE = re.compile(r"[re]|r\d+d?$")
MASK = (1 << 64) - 1
# Their first operand is read only.
READERS = {"cmp", "test", "push", "jmp", "call", "vmwrite", "bt", "nop"}
# And these change registers that are no operands.
CLOBBERED = {"cpuid": "ax bx cx dx", "rdmsr": "ax dx", "rdtsc": "ax dx", "rdtscp": "ax cx dx",
             "xgetbv": "ax dx", "mul": "ax dx", "div": "ax dx", "idiv": "ax dx", "cdq": "dx",
             "cqo": "dx", "rdpkru": "ax dx", "cmpxchg": "ax", "syscall": "cx r11"}


class Registers:
    """What a trace says of the values of registers: those that come from constants."""

    def __init__(self):
        self.value = {}
        self.stack = {}  # by the stack pointer, counted from some place
        self.pointer = 0
        self.host = ({}, 0)  # the host's stack, while a guest runs

    def clear(self):
        """Somebody else's code ran: nothing is known."""
        self.value = {}
        self.stack = {}

    def enter_guest(self):
        self.host = (self.stack, self.pointer)
        self.clear()

    def leave_guest(self):
        """The exit's RSP is that of the entry, and what the host has pushed is still there."""
        self.clear()
        self.stack, self.pointer = self.host

    def get(self, operand):
        """The value of a register or constant; None if it is not known."""
        operand = operand.strip()
        if operand in NAMES:
            return self.value.get(NAMES[operand])
        try:
            return int(operand, 0) & MASK
        except ValueError:
            return None

    def _set(self, operand, value):
        register = NAMES.get(operand)
        if register is None:
            return
        if not WIDE.match(operand):
            value = None
        elif value is not None and (operand[0] == "e" or operand.endswith("d")):
            value &= 0xffffffff
        if value is None:
            self.value.pop(register, None)
        else:
            self.value[register] = value

    def _result(self, name, operands):
        """What the instruction leaves in its first operand."""
        first, second = operands[0], operands[1] if len(operands) > 1 else ""
        if name == "mov":
            return self.get(second)
        if name == "xor" and first == second:
            return 0
        if name in ("add", "sub", "or", "and") and len(operands) == 2:
            a, b = self.get(first), self.get(second)
            if a is None or b is None:
                return None
            return {"add": a + b, "sub": a - b, "or": a | b, "and": a & b}[name] & MASK
        if name == "lea":
            return self._address(second)
        return None

    def _address(self, operand):
        """What an operand in memory is at: a sum of registers, maybe by a factor, and constants."""
        inside = re.search(r"\[(.*)\]$", operand)
        terms = re.findall(r"([+-]?)(\w+)(?:\*(\d))?", inside[1]) if inside else []
        values = [self.get(term) for _, term, _ in terms]
        if not values or None in values:
            return None
        return sum((-1 if sign == "-" else 1) * value * int(factor or 1)
                   for value, (sign, _, factor) in zip(values, terms)) & MASK

    def number(self, name, operands):
        """The field or MSR that the instruction is about."""
        if name == "vmread":
            return self.get(operands[1])
        if name == "vmwrite":
            return self.get(operands[0])
        if name in ("rdmsr", "wrmsr"):
            number = self.value.get("cx")
            return None if number is None else number & 0xffffffff
        return None

    def _push(self, value):
        self.pointer -= 8
        self.stack[self.pointer] = value

    def _pop(self):
        value = self.stack.pop(self.pointer, None)
        self.pointer += 8
        return value

    def _move_stack(self, name, operands):
        by = self.get(operands[1]) if len(operands) == 2 else None
        if by is None or name not in ("add", "sub"):
            self.stack.clear()
        elif by >> 63:
            self.pointer += by - (1 << 64) if name == "add" else (1 << 64) - by
        else:
            self.pointer += by if name == "add" else -by

    def step(self, name, operands):
        """The instruction has been executed."""
        for register in CLOBBERED.get(name, "").split():
            self.value.pop(register, None)
        if name in ("push", "call", "pushf", "pushfq"):
            self._push(self.get(operands[0]) if name == "push" else None)
        elif name in ("pop", "ret", "popf", "popfq"):
            value = self._pop()
            if name == "pop":
                self._set(operands[0], value)
        elif name == "xchg":
            for operand in operands:
                self._set(operand, None)
        elif operands and name not in READERS:
            if NAMES.get(operands[0]) == "sp":
                self._move_stack(name, operands)
            else:
                self._set(operands[0], self._result(name, operands))


def operands_of(text):
    """The operands of a line of Bochs' disassembler: "rax, ds:[rdi+8] ; 488b..."."""
    text = text.split(";")[0].strip()
    return [part.strip() for part in text.split(",")] if text else []
