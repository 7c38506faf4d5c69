"""How the texts of an export put counts, times and lists."""

from __future__ import annotations

from collections.abc import Sequence

MARKED = frozenset("\\`*[]<#|~&")
"""Characters that Markdown would read as its own wherever they stand in a line."""


def counted(count: int, one: str, many: str | None = None) -> str:
    """``1 case``, ``3 cases``; ``many`` where the plural is not the singular with an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def day_of(recorded_at: str) -> str:
    """Its date: ``2026-11-23``."""
    return recorded_at[:10]


def plain(words: object) -> str:
    """What somebody typed, on one line, with nothing that steers a terminal or that Markdown takes for its own."""
    line = " ".join("".join(each if each.isprintable() else " " for each in str(words)).split())
    return "".join(f"\\{each}" if each in MARKED else each for each in line)


def percent(share: float) -> str:
    """A share (0-1) in per cent: ``80 %``."""
    return f"{100 * share:g} %"


def stated(what: str, words: str) -> str:
    """A sentence with what the protocol states of it, or that it is not recorded."""
    said = plain(words)
    if not said:
        return f"{what}: not recorded."
    return f"{what}, as the protocol states: {said}{'' if said.endswith(('.', '!', '?')) else '.'}"
