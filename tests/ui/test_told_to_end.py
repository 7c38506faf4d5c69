"""A call to end, or a terminal that closes, ends the app as its own key does: nothing of a chart stays behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from hlh_tui.cli import main
from tests.terminal import Terminal


def snapshot_in_app(folder: Path) -> Terminal:
    """The app on a read-only copy of the demo, in a terminal; its copy is in ``folder/temporary``."""
    study, temporary = folder / "s.duckdb", folder / "temporary"
    temporary.mkdir()
    assert main(["demo", str(study), "--no-app"]) == 0
    words = ("open", str(study), "--snapshot", "--reader", "A. Meyer")
    return Terminal((sys.executable, "-m", "hlh_tui", *words), environment={"TMPDIR": str(temporary)})


def test_told_to_end_it_takes_its_copy_of_the_charts_away_and_gives_the_terminal_back(tmp_path: Path) -> None:
    with snapshot_in_app(tmp_path) as app:
        app.wait_for("read-only snapshot", "P13")
        assert [each.name[:17] for each in (tmp_path / "temporary").iterdir()] == ["hlh-tui-snapshot-"]
        os.kill(app.pid, signal.SIGTERM)
        assert app.wait_for_exit() == 143
        written = b"".join(chunk for _, chunk in app.heard)
    assert b"\x1b[?1049l" in written, "the terminal is still on its second screen"
    assert b"\x1b[?25h" in written, "the cursor is still hidden"
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_terminal_that_closes_takes_the_copy_of_the_charts_with_it(tmp_path: Path) -> None:
    app = snapshot_in_app(tmp_path)
    with app:
        app.wait_for("read-only snapshot", "P13")
        os.close(app.fd)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and app.exit_code is None:
            ended, status = os.waitpid(app.pid, os.WNOHANG)
            app.exit_code = os.waitstatus_to_exitcode(status) if ended else None
            time.sleep(0.02)
        app.fd = os.open(os.devnull, os.O_RDONLY)
    assert app.exit_code == 129
    assert list((tmp_path / "temporary").iterdir()) == []
