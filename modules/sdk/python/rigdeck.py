"""Rigdeck SDK for modules in Python (3.9 and later): this one file, standard library only. Copy it beside your module.

It speaks the module protocol `rigdeck/1`: commands as JSON lines on stdin, answers as JSON lines on descriptor 3.
docs/modules.md shows a module in fifteen lines and says what the rig expects. Names that end in `_ns` are nanoseconds
of CLOCK_MONOTONIC (time.monotonic_ns()). It is longer than a file of this house should be, so that it is one file.
"""

import json
import os
import select
import signal
import stat
import sys
import threading
import time
import traceback
from types import SimpleNamespace

MODULE_NAME = os.environ.get("RIGDECK_MODULE", "module")
RUN_NUMBER = int(os.environ.get("RIGDECK_RUN", "1"))

_PROGRESS_NS = 1_000_000_000
_SYNC_NS = 5_000_000_000  # what a power cut may cost at most, as far as the disk keeps its word
_MAX_LINE = 65_536
_CONFIGURATION_ERROR = 78  # sysexits.h EX_CONFIG: the rig does not try again
_LEVELS = ("error", "warn", "info", "debug")


class Problem(Exception):
    """Something that went wrong in the world. Raise it from `record`; the rig shows code, message and remedy.

    Not recoverable: trying again will not cure it.
    """

    def __init__(self, code, message, recoverable=True, remedy=None):
        super().__init__(message)
        self.code, self.recoverable, self.remedy = code, recoverable, remedy


def _status_fd():
    try:
        fd = int(os.environ.get("RIGDECK_STATUS_FD", "3"))
        mode = os.fstat(fd).st_mode
        return fd if stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else 1
    except (OSError, ValueError):
        return 1  # no rig: a person runs the module by hand


_fd = _status_fd()
_saying = threading.Lock()
_unsaid = b""
_level = os.environ.get("RIGDECK_LOG_LEVEL", "info")


def say(what, **fields):
    """Say one line to the rig, in one write, so that it never tears: `{"is": what, ...}`. None is left out.

    What does not fit (the run dir is full) is kept and said with the next line; it never ends a recording.
    """
    global _unsaid
    known = {"is": what, **{name: value for name, value in fields.items() if value is not None}}
    line = json.dumps(known, separators=(",", ":")).encode() + b"\n"
    with _saying:
        if len(_unsaid) + len(line) <= _MAX_LINE:
            _unsaid += line
        try:
            while _unsaid:
                _unsaid = _unsaid[os.write(_fd, _unsaid) :]
        except OSError as error:
            log("debug", f"the rig cannot be told: {error}")


def log(level, text):
    """Print one line to the module's log, if the level that people chose (at run time, too) lets it through."""
    chosen = _LEVELS.index(_level) if _level in _LEVELS else 2
    if _LEVELS.index(level) > chosen:
        return
    try:
        print(f"{level}: {text}", file=sys.stderr, flush=True)
    except OSError:
        pass  # a log on a full disk must not end a recording


def options(**defaults):
    """Give the module's options with their defaults, as attributes.

    An option that is not among the defaults, or is of another type, ends the module with exit code 78, named. A default
    of None takes any type.
    """
    try:
        given = json.loads(os.environ.get("RIGDECK_OPTIONS") or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        refuse("RIGDECK_OPTIONS is no JSON object")
    for name, value in given.items():
        if name not in defaults:
            refuse(f"unknown option {name}", "known options: " + ", ".join(defaults))
        usual = defaults[name]
        numbers = (int, float) if isinstance(usual, (int, float)) and not isinstance(usual, bool) else None
        if usual is not None and (
            not isinstance(value, numbers or type(usual)) or isinstance(value, bool) != isinstance(usual, bool)
        ):
            refuse(f"option {name} must be a {type(usual).__name__}, not {json.dumps(value)}")
    return SimpleNamespace(**{**defaults, **given})


def refuse(message, remedy=None):
    """End the module because its configuration is wrong: the rig shows the message and does not try again by itself."""
    say("error", code="configuration", message=message, remedy=remedy, recoverable=False)
    log("error", message)
    sys.exit(_CONFIGURATION_ERROR)


class RecordingFile:
    """A file of a recording. It never overwrites, and a row is one write: a crash or a full disk leaves whole rows."""

    def __init__(self, take, extension, head):
        self._take, self._extension, self._head = take, extension, head
        self.move()

    def move(self):
        """Go on in the file that the take now names. Gives the descriptor of the one before."""
        path, old = self._take.path(self._extension), getattr(self, "_fd", None)
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o666)
        self.path, self.bytes, self._saved = path, 0, 0
        self.write(self._head)
        return old

    def write(self, data):
        """Append a whole row, newline included, in one write. Raises OSError; the file then ends with the row before."""
        rest = data.encode() if isinstance(data, str) else bytes(data)
        whole = self.bytes + len(rest)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError:
            os.ftruncate(self._fd, self.bytes)
            raise
        self.bytes = whole

    def save(self):
        """Bring what was written to the disk itself."""
        if self._saved != self.bytes:
            self._saved = self.bytes
            os.fdatasync(self._fd)

    def close(self):
        _finish_fd(self._fd)


def _finish_fd(fd):
    os.fsync(fd)
    os.close(fd)


class Take:
    """One recording, from `arm` to `idle`. Everything of it that the rig should know goes through here."""

    def __init__(self, command):
        self.dir, self.prefix = command["dir"], command["prefix"]
        self.session, self.trial, self.segment = (command.get(name) for name in ("session", "trial", "segment"))
        self.count = 0  # samples so far; samples() counts them
        self.dropped = 0  # samples that were due and not taken; samples() counts those, too
        self.written = None  # set it when the bytes do not go through open()
        self.detail = None  # a few words for the module's row on the screen
        self.gauges = None  # {"queue": {"value": 3, "warn": 80, "unit": "%"}}
        self.marks = []  # markers, each with "text" and "atMonoNs"; take them out when they are used
        self.foreign = []  # absolute names of files that something else writes
        self.arm_id, self.begun, self.stop = command.get("id"), False, None
        self._open, self._left_bytes, self._go_ns, self._told_ns, self._saved_ns = [], 0, 0, 0, 0
        self._pause = self._resume = self._split = self._unconfirmed = None
        self._resting, self._finished, self._saving = False, False, threading.Lock()

    def open(self, extension, head=""):
        """Open `<dir>/<prefix>.<extension>`, which must not exist; `head` begins it, and every segment after it."""
        file = RecordingFile(self, extension, head)
        self._open.append(file)
        return file

    def path(self, extension):
        """Name a file that something else writes: add it to `foreign`, set `written`, and never overwrite."""
        return os.path.join(self.dir, f"{self.prefix}.{extension}")

    @property
    def files(self):
        return [file.path for file in self._open] + self.foreign

    @property
    def bytes(self):
        written = self._left_bytes + sum(file.bytes for file in self._open)
        return written if self.written is None else self.written

    def samples(self, hz=None):
        """Yield the instants to take a sample at; without `hz` as fast as the loop's body.

        Says `armed`, waits for the rig's go, confirms after the first sample, pauses and ends as the rig says. A sample
        that comes too late by more than one period is dropped and counted.
        """
        period_ns = round(1e9 / hz) if hz else 0
        due = self.go()
        while due is not None:
            now_ns = time.monotonic_ns()
            yield now_ns
            self.count += 1
            self.confirm(now_ns)
            next_ns = due + period_ns
            late_ns = time.monotonic_ns() - next_ns
            lost = late_ns // period_ns if period_ns and late_ns > 0 and not self._pause else 0
            self.dropped += lost
            due = self.hold(next_ns + lost * period_ns)

    def go(self):
        """Say `armed` and wait for the instant to begin at. None: it was called off, let go of everything."""
        say("armed", id=self.arm_id, files=self.files)
        with _changed:
            _changed.wait_for(lambda: self.begun or self.stop)
        return self.hold(self._go_ns)

    def hold(self, until_ns):
        """Wait until an instant, do what the rig says meanwhile, and report once a second. A pause moves the instant.

        Gives the instant, or None when the recording is over.
        """
        with _changed:
            while not self.stop:
                if self._pause:
                    until_ns = self._rest()
                now_ns = time.monotonic_ns()
                self._report(now_ns)
                if now_ns >= until_ns:
                    self._split_at(now_ns)
                    return until_ns or now_ns
                _changed.wait(min((until_ns - now_ns) / 1e9, 1))
        return None

    def confirm(self, first_sample_ns):
        """Confirm that it records: the first sample was taken then."""
        with _changed:
            command, self._unconfirmed = self._unconfirmed, None
        if command:
            say("recording", id=command.get("id"), firstSampleMonoNs=str(first_sample_ns), files=self.files)

    def finalizing(self, eta_ms=None):
        """Finishing takes a while: the rig waits as long as this is said now and then."""
        say("finalizing", id=(self.stop or {}).get("id"), etaMs=eta_ms)

    def progress(self):
        self._told_ns = time.monotonic_ns()
        counters = {"bytes": self.bytes, "samples": self.count, "dropped": self.dropped}
        say("progress", **counters, detail=self.detail, gauges=self.gauges)

    # What the rig says, from the listening thread, which holds _changed.

    def begin(self, command):
        if self.begun:
            return  # a new daemon that has not heard the confirmation yet says it again
        self.begun, self._go_ns, self._unconfirmed = True, _instant(command), command

    def pause(self, command):
        self._pause = command
        if self._resting:
            say("paused", id=command.get("id"))

    def resume(self, command):
        self._pause, self._resume = None, command
        if not self._resting:
            say("recording", id=command.get("id"))

    def split(self, command):
        self._split = command

    def save(self):
        with self._saving:
            for file in [] if self._finished else self._open:
                try:
                    file.save()
                except OSError as error:
                    log("warn", str(error))

    # What the recording does about it.

    def _rest(self):
        say("paused", id=self._pause.get("id"))
        self._resting = True
        _changed.wait_for(lambda: self.stop or not self._pause)
        self._resting = False
        if not self.stop:
            say("recording", id=self._resume.get("id"))
        return time.monotonic_ns()

    def _report(self, now_ns):
        if not self.begun or self._unconfirmed:
            return
        if now_ns - self._told_ns >= _PROGRESS_NS:
            self.progress()
        if now_ns - self._saved_ns >= _SYNC_NS:
            self._saved_ns = now_ns
            os.write(_wake_write, _SAVE)  # the listening thread does it: a card may take its time

    def _split_at(self, now_ns):
        command = self._split
        if not command or now_ns < _instant(command):
            return
        self._split = None
        before = self.dir, self.prefix, self.segment
        self.dir, self.prefix, self.segment = command["dir"], command["prefix"], command.get("segment")
        try:
            with self._saving:
                for file in self._open:
                    bytes_before = file.bytes
                    _finish_fd(file.move())
                    self._left_bytes += bytes_before
            self._unconfirmed = command
        except OSError as error:
            self.dir, self.prefix, self.segment = before  # better a long file than none
            _decline(command, "split-failed", str(error))

    def finish(self):
        """Bring every file to the disk for good, its name too."""
        with self._saving:
            self._finished = True
            for file in self._open:
                file.close()
        _finish_fd(os.open(self.dir, os.O_RDONLY))

    def discard(self):
        """Let go of a recording that never began: its files hold nothing, and their names are needed again."""
        with self._saving:
            self._finished = True
            for file in self._open:
                file.close()
                os.unlink(file.path)
            self._open = []

    def leave(self):
        """Say that it is over."""
        if self.begun:
            self.progress()
        if "silent" not in self.stop:
            say("idle", id=self.stop.get("id"), files=self.files)


def _instant(command):
    at = str(command.get("atMonoNs", 0))
    return int(at) if at.isdecimal() else 0


def _decline(command, code, message):
    say("error", id=command.get("id"), code=code, message=message, recoverable=True)


class _Module:
    """Between the listening thread, which obeys commands, and the main thread, which records. Both hold _changed."""

    def __init__(self):
        self.take = self.arm_next = None
        self.ending = self.input_ended = False

    def arm(self, command):
        if self.take and self.take.begun and not self.take.stop:
            return _decline(command, "busy", "a recording is under way")
        if not isinstance(command.get("dir"), str) or not isinstance(command.get("prefix"), str):
            return _decline(command, "bad-command", "arm needs dir and prefix")
        self.arm_next = command
        if self.take and not self.take.stop:
            self.take.stop = {"silent": True}  # armed for a start that is forgotten: let go

    def record(self, command):
        if self.arm_next:
            self.arm_next["record"] = command
        elif self.take and not self.take.stop:
            self.take.begin(command)
        else:
            _decline(command, "not-armed", "record without arm")

    def stop(self, command):
        self.arm_next = None
        if self.take:
            self.take.stop = command
        else:
            say("idle", id=command.get("id"), files=[])

    def while_recording(self, command):
        if self.take and self.take.begun:
            getattr(self.take, command["do"])(command)
        else:
            _decline(command, "not-recording", f"nothing to {command['do']}")

    pause = resume = split = while_recording

    def mark(self, command):
        if self.take:
            self.take.marks.append(command)

    def ping(self, command):
        say("pong", id=command.get("id"))

    def log(self, command):
        global _level
        _level = command.get("level", _level)

    def quit(self, _command=None):
        self.ending = True
        if self.take:
            self.take.stop = self.take.stop or {"do": "quit"}

    def obey(self, line):
        if not line.strip():
            return  # a new daemon begins with an empty line
        try:
            command = json.loads(line)
            name = command["do"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return log("warn", "a line on stdin is no command")
        if name not in _COMMANDS:
            return log("debug", f"unknown command {name!r}")
        with _changed:
            getattr(self, name)(command)
            _changed.notify_all()

    def listen(self):
        """Read stdin, a FIFO that this process holds open itself: it has no end, and while it is silent nothing runs."""
        partial, watched = b"", [0, _wake_read]
        while True:
            ready, _, _ = select.select(watched, [], [])
            if _wake_read in ready:
                self.woken(os.read(_wake_read, 4_096))
            if 0 not in ready:
                continue
            try:
                chunk = os.read(0, _MAX_LINE)
            except BlockingIOError:
                continue
            if not chunk:
                watched = [_wake_read]
                with _changed:
                    self.input_ended = True
                    _changed.notify_all()
            *lines, partial = (partial + chunk).split(b"\n")
            partial = partial[:_MAX_LINE]
            for line in lines:
                self.obey(line)

    def woken(self, reasons):
        if _SAVE in reasons and self.take:
            self.take.save()
        if reasons.strip(_SAVE):  # the numbers of signals
            with _changed:
                self.quit()
                _changed.notify_all()

    def next_arm(self):
        with _changed:
            _changed.wait_for(lambda: self.arm_next or self.ending or self.input_ended)
            if self.ending or not self.arm_next:
                return None
            command, self.arm_next = self.arm_next, None
            self.take = Take(command)
            if "record" in command:
                self.take.begin(command["record"])
            return self.take


_COMMANDS = ("arm", "record", "pause", "resume", "stop", "split", "mark", "ping", "log", "quit")
_SAVE = b"\0"
_changed = threading.Condition()
_wake_read, _wake_write = os.pipe()
_module = _Module()


def run(record, version="0", can=("arm", "pause", "mark")):
    """Run the module until it is told to quit (`quit`, SIGTERM, SIGINT; files are finished first), then end.

    `record(take)` is called for each `arm`: it opens devices and files, loops over `take.samples()`, and closes its
    devices when the loop ends; files are synced and closed after it. What it raises while arming is an `error` line and
    the module lives on; what it raises while recording finishes the files and ends the module with 1, so that the rig
    starts it again and records on in a new segment (with 78 where the problem is not recoverable: the rig does not try
    again). `can`: leave out "pause" or "mark" where it cannot; add "split" where every file goes through `take.open()`.
    """
    os.set_blocking(_wake_write, False)
    signal.set_wakeup_fd(_wake_write, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # the number arrives in the listening thread
    threading.Thread(target=_module.listen, daemon=True).start()
    say("ready", v=1, version=version, can=list(can))
    while True:
        take = _module.next_arm()
        if take is None:
            sys.exit(0)
        _perform(record, take)
        with _changed:
            _module.take = None


def _perform(record, take):
    try:
        record(take)
        if not take.stop:
            raise Problem("ended", "the recording ended by itself")
        take.finish() if take.begun else take.discard()
        take.leave()
    except Exception as error:  # whatever a module's author did not foresee
        _fail(take, error)


def _fail(take, error):
    log("error", str(error) if isinstance(error, Problem) else traceback.format_exc())
    try:
        take.finish() if take.begun else take.discard()
    except OSError as second:
        log("warn", str(second))
    code = error.code if isinstance(error, Problem) else type(error).__name__.lower()
    recoverable = getattr(error, "recoverable", True)
    arm_id = None if take.begun else take.arm_id
    remedy = getattr(error, "remedy", None)
    say("error", id=arm_id, code=code, message=str(error) or code, remedy=remedy, recoverable=recoverable)
    if take.begun:
        sys.exit(1 if recoverable else _CONFIGURATION_ERROR)
