# SPDX-License-Identifier: GPL-2.0
"""Run a machine: stream its console, keep time, judge the outcome, leave nothing behind."""

import os
import select
import signal
import subprocess
import sys
import time
import tty

import usual
from cache import Failure
from klog import KernelLog

TIMED_OUT = 124
FAILED = 125  # the machine died, or its kernel complained
HEARTBEAT_S = 5
POLL_S = 0.05
LINE_S = 2  # a console line that stands still for so long may be interrupted
ESCAPE = b"\x1d"  # Ctrl-]
PATIENCE = 4  # times its limit: so long an emulator may take that others keep from its processors


def processor_s(group):
    """Seconds of processor time that the processes of a group have used."""
    ticks = 0
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Outcome:
    """What came of a run: an exit status, and words when it went wrong."""

    def __init__(self, status, reason=None, excerpt=(), advice=""):
        self.status, self.reason = status, reason
        self.excerpt, self.advice = excerpt, advice


class Terminal:
    """The machine's first serial line, as a pseudo terminal."""

    def __init__(self):
        try:
            self.master, self.slave = os.openpty()
        except OSError as error:
            raise Failure(f"no terminal for the machine: {error.strerror}; "
                          "is /dev/pts mounted?") from error
        tty.setraw(self.slave)
        self.device = os.ttyname(self.slave)
        self.output = bytearray()
        self.last_output = 0.0
        self.held = b""

    def mid_line(self):
        """Is the console within a line, and likely to go on with it?"""
        return not self.at_line_start() and time.monotonic() - self.last_output < LINE_S

    def at_line_start(self):
        return not self.output or self.output.endswith(b"\n")

    def forward(self, interactive):
        """Pass on what there is, both ways; true if the machine said something."""
        sources = [self.master] + ([sys.stdin] if interactive else [])
        ready = select.select(sources, [], [], POLL_S)[0]
        if sys.stdin in ready:
            typed = os.read(sys.stdin.fileno(), 1024)
            if ESCAPE in typed:
                raise KeyboardInterrupt
            if typed:
                os.write(self.master, typed)
        if self.master not in ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # a job of this computer's was the terminal's, and has ended
            time.sleep(POLL_S)
            return False
        self.output += data
        self.last_output = time.monotonic()
        write(data if interactive else self._unix_lines(data))
        return True

    def _unix_lines(self, data):
        """Make line ends Unix's, also one that falls between two reads."""
        data = self.held + data
        self.held = b"\r" if data.endswith(b"\r") else b""
        return data[:len(data) - len(self.held)].replace(b"\r\n", b"\n")

    def close(self):
        os.close(self.master)
        os.close(self.slave)


def write(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


class Watch:
    """One machine from power-on to its end."""

    def __init__(self, terminal, log_path, timeout_s, verbose=False, interactive=False,
                 busy=False, tidy_s=0, boot="", job=""):
        self.terminal = terminal
        self.boot, self.job = boot, job  # what this boot and this job are called: see usual.py
        self.busy = busy  # the emulator never waits: what it has done is what it has used
        self.tidy_s = tidy_s  # what it gets for tidying up before it is killed
        self.log = KernelLog(log_path)
        self.timeout_s = timeout_s
        self.verbose = verbose
        self.interactive = interactive
        self.start = self.last_sign = time.monotonic()
        self.next_look = timeout_s
        self.up_at = None  # when the job began
        self.last_words = None
        self.notes = []

    def elapsed(self):
        return time.monotonic() - self.start

    def run(self, command):
        """Run the emulator to its end or ours; every way out ends it."""
        end = "TERM" if self.tidy_s else "KILL"
        with subprocess.Popen(["setpriv", "--pdeathsig", end, "--", *command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True) as child:
            os.set_blocking(child.stdout.fileno(), False)
            said = b""
            try:
                while child.poll() is None:
                    said = (said + (child.stdout.read() or b""))[-2000:]
                    self._turn()
                    if self.timeout_s and self._is_overdue(child.pid):
                        return self._timed_out()
            finally:
                self._kill(child)
            while self.terminal.forward(False):
                pass
            said += child.stdout.read() or b""
        self._note_kernel()
        self._show_notes()
        self.log.finish()
        return self._judge(said.decode(errors="replace"))

    def _is_overdue(self, group):
        """Has it had its time? On a computer that has others to serve, its time passes slower."""
        if self.elapsed() < self.next_look:
            return False
        left = self.timeout_s - processor_s(group) if self.busy else 0
        self.next_look = self.elapsed() + max(left, 1)
        return left <= 0 or self.elapsed() > PATIENCE * self.timeout_s

    def _kill(self, child):
        if self.tidy_s and child.poll() is None:
            child.terminate()
            try:
                child.wait(self.tidy_s)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def _turn(self):
        spoke = self.terminal.forward(self.interactive)
        spoke = self._note_kernel() or spoke
        now = time.monotonic()
        if spoke:
            self.last_sign = now
        elif now - self.last_sign > HEARTBEAT_S and not self.interactive:
            self.last_sign = now
            self.notes.append(f"lab: {self._progress()}")
        if self.interactive or not self.terminal.mid_line():
            self._show_notes()

    def _progress(self):
        """What is under way, for how long, as a rule how long, and what is new from the kernel."""
        if self.up_at is None:
            text = f"booting, {usual.so_far(self.boot, self.elapsed())}"
        else:
            text = f"the script runs, {usual.so_far(self.job, self.elapsed() - self.up_at)}"
        words = (self.log.tail(1) or [None])[0]
        if words != self.last_words and "vmh-lab: " not in words:
            self.last_words = words
            text += f"; the kernel: {words[:100]}"
        return text

    def _show_notes(self):
        """Put out what is ours and the kernel's, between two lines of the console."""
        if self.notes and not self.interactive and not self.terminal.at_line_start():
            write(b"\n")
        end = "\r\n" if self.interactive else "\n"
        sys.stderr.write("".join(f"{note}{end}" for note in self.notes))
        sys.stderr.flush()
        self.notes.clear()

    def _note_kernel(self):
        """Note the kernel's log while the job runs (all of it if verbose)."""
        fresh = len(self.notes)
        for line in self.log.new_lines():
            if self.log.is_up and self.up_at is None:
                self.up_at = self.elapsed()
                usual.remember(self.boot, self.up_at)
                self.notes.append(f"lab: machine up after {self.up_at:.1f} s")
            elif self.verbose or self.up_at is not None and self.log.exit_status is None:
                self.notes.append(f"kernel: {line}")
                self.last_words = line
        return len(self.notes) > fresh

    def _timed_out(self):
        self._show_notes()
        self.log.finish()
        console = self.terminal.output.decode(errors="replace").replace("\r", "").splitlines()
        excerpt = ["-- console", *console[-20:], "-- kernel log", *self.log.tail(20)]
        return Outcome(TIMED_OUT, f"ended after {self.timeout_s} s (--timeout)", excerpt,
                       "If it only needs longer, raise --timeout. If it hangs, `make lab-shell` "
                       "gives a shell in the same machine, and `lab run -v` shows its boot.")

    def _judge(self, said):
        if self.log.splat_line is not None:
            return Outcome(FAILED, "the machine's kernel complained", self.log.splat(),
                           "The module, or its use by the script, upset the kernel: start at "
                           "the first frame of the trace that is ours.")
        if self.log.exit_status is None:
            excerpt = self.log.tail() or said.splitlines()[-20:]
            return Outcome(FAILED, "the machine ended without a result", excerpt,
                           "It crashed, or something in it powered it off."
                           if self.log.lines else "It did not boot: see above; `make deps` "
                           "installs what it needs.")
        if self.log.exit_status == 0 and self.up_at is not None:
            usual.remember(self.job, self.elapsed() - self.up_at)
        return Outcome(self.log.exit_status)
