"""What rests on charts alone, kept from one import to the next: decisions move patients between groups, not values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from hlh_tui.assess.neighbours import charts_as_of

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

KEPT = 256
"""Findings that a study keeps; the one found first gives way."""

Key = tuple[Hashable, ...]
Found = TypeVar("Found")
_kept: WeakKeyDictionary[Study, dict[tuple[int, Key], Any]] = WeakKeyDictionary()
_turn = threading.Lock()


def kept(study: Study, key: Key, find: Callable[[], Found]) -> Found:
    """What ``find`` gives, found once for each import."""
    place = (charts_as_of(study), key)
    with _turn:
        shelf = _kept.setdefault(study, {})
        if place in shelf:
            have: Found = shelf[place]
            return have
    found = find()
    with _turn:
        if len(shelf) >= KEPT:
            shelf.pop(next(iter(shelf)))
        shelf[place] = found
    return found
