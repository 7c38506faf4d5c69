"""The SQL files beside this module, with their ``${names}`` filled in."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

HERE = Path(__file__).parent


def filled(name: str, **values: str) -> str:
    """The file with every name filled in; ``KeyError`` for one that is missing."""
    return _template(name).substitute(values).rstrip()


@cache
def _template(name: str) -> Template:
    return Template((HERE / name).read_text(encoding="utf-8"))
