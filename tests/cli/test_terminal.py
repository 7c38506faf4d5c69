"""The program in a real terminal, as a clinician meets it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal

HLH_TUI = str(Path(sys.executable).parent / "hlh-tui")


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
def test_a_case_reviewed_in_a_terminal_is_there_after_quitting_and_reopening(
    tmp_path: Path, columns: int, lines: int
) -> None:
    command = [HLH_TUI, "demo", "my.duckdb", "--reader", "A. Meyer"]
    with Terminal(command, columns, lines, cwd=tmp_path) as terminal:
        cases = terminal.wait_for("P01", "P13", "A. Meyer")
        assert "synthetic" in cases
        terminal.press("down", "down", "down", "down", "enter")
        terminal.wait_for("P05", "ferritin")
        terminal.press("1", "enter")
        terminal.wait_for("saved")
        terminal.press("C")
        terminal.wait_for("P13", "1 decided")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    with Terminal([HLH_TUI, "my.duckdb", "--reader", "A. Meyer"], columns, lines, cwd=tmp_path) as terminal:
        cases = terminal.wait_for("P05", "P13", "1 decided")
        assert "CR" in next(line for line in cases.splitlines() if "P05" in line)
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def test_a_second_terminal_on_the_same_study_is_told_who_has_it(tmp_path: Path) -> None:
    with Terminal([HLH_TUI, "demo", "my.duckdb", "--reader", "A. Meyer"], cwd=tmp_path) as first:
        first.wait_for("P13")
        with Terminal([HLH_TUI, "my.duckdb", "--reader", "K. Tanaka"], columns=400, cwd=tmp_path) as second:
            second.wait_for(f"process {first.pid}", "--snapshot")
            assert second.wait_for_exit() == 2
            assert "Traceback" not in second.text()
        with Terminal([HLH_TUI, "open", "my.duckdb", "--snapshot"], cwd=tmp_path) as reader:
            reader.wait_for("P13", "snapshot")
            reader.press("q")
            assert reader.wait_for_exit() == 0
        first.press("q")
        assert first.wait_for_exit() == 0
