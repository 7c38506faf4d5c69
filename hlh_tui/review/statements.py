"""SQL over the log: the common beginnings on which every question about decisions and cases builds."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

HERE = Path(__file__).parent


@cache
def sql(name: str) -> str:
    """The text of ``name``.sql beside this module."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def over_decisions(statement: str) -> str:
    """A SELECT that may read entry, act, decision and in_force; its first two parameters are patient and last seq.

    Either may be None: all patients, all entries.
    """
    return f"{sql('decisions')}\n{statement}"


def over_state(study: Study, statement: str) -> str:
    """A SELECT that may also read final, flag and query; planning them costs a millisecond more."""
    state = sql("state").replace("{reads_needed}", str(study.protocol.review.readers))
    return f"{sql('decisions')}{state}\n{statement}"
