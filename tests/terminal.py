"""A real terminal for tests: a program in a pseudo-terminal, its screen kept by an emulator."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "space": " ",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "ctrl+p": "\x10",
}


@dataclass
class Terminal:
    """A program running in a terminal of ``columns`` x ``lines``.

    ``heard`` keeps every chunk of output with its time, so that a painted screen can be dated afterwards.
    """

    arguments: Sequence[str]
    columns: int = 120
    lines: int = 40
    cwd: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    heard: list[tuple[float, bytes]] = field(default_factory=list)

    def __enter__(self) -> Terminal:
        self.screen = pyte.Screen(self.columns, self.lines)
        self.stream = pyte.ByteStream(self.screen)
        self.exit_code: int | None = None
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **self.environment}
            environment.pop("NO_COLOR", None) if "NO_COLOR" not in self.environment else None
            if self.cwd:
                os.chdir(self.cwd)
            os.execvpe(self.arguments[0], list(self.arguments), environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.lines, self.columns, 0, 0))
        return self

    def __exit__(self, *_: object) -> None:
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def press(self, *keys: str) -> None:
        """Send keys by name, or text as it is."""
        for key in keys:
            os.write(self.fd, KEYS.get(key, key).encode())
            time.sleep(0.02)

    def listen(self, seconds: float) -> bool:
        """Take in one chunk of output if it comes within ``seconds``."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:
            return False
        self.heard.append((time.perf_counter(), chunk))
        self.stream.feed(chunk)
        return bool(chunk)

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, *words: str, timeout: float = 60, gone: Sequence[str] = ()) -> str:
        """The screen once it shows all of ``words`` and none of ``gone``; ``AssertionError`` with the screen if not."""
        return self.wait_until(
            lambda text: all(word in text for word in words) and not any(word in text for word in gone),
            f"{words} shown and {tuple(gone)} gone",
            timeout,
        )

    def wait_until(self, seen: Callable[[str], bool], what: str, timeout: float = 60) -> str:
        """The screen once ``seen(text)`` holds."""
        deadline = time.perf_counter() + timeout
        while not seen(self.text()):
            if time.perf_counter() > deadline:
                raise AssertionError(f"waited {timeout} s for {what}; the screen is\n{self.text()}")
            self.listen(0.05)
        return self.text()

    def settle(self, quiet: float = 0.15) -> str:
        """The screen once nothing has been painted for ``quiet`` seconds."""
        while self.listen(quiet):
            pass
        return self.text()

    def wait_for_exit(self, timeout: float = 60) -> int:
        """The exit code of the program."""
        deadline = time.perf_counter() + timeout
        while time.perf_counter() < deadline:
            self.listen(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
                return self.exit_code
        raise AssertionError(f"still running after {timeout} s; the screen is\n{self.text()}")
