"""Where the limit of a criterion comes from, how sure that is, and what the values held against it were charted as."""

from __future__ import annotations

from hlh_tui.assess.models import Item
from hlh_tui.assess.rule_words import CONFIDENCE
from hlh_tui.assess.values import Charted
from hlh_tui.protocol.criteria_models import Guard


def item_limit(item: Item) -> str:
    """``≥ 1.0, from the registry [S: read in the source]``; the limit alone where the set gives no source."""
    return _sourced(item.limit, item.source, item.confidence)


def guard_limit(guard: Guard) -> str:
    """The same for a guard against worsening."""
    return _sourced(f"{guard.factor:g} x baseline", guard.source, guard.confidence)


def charted_words(item: Item) -> str:
    """What the value and the baseline were charted as, each with its file and row; empty where neither is known."""
    parts = [("value", item.charted), ("baseline", item.baseline_charted)]
    return ", ".join(f"{name} charted {_charted(value)}" for name, value in parts if value is not None)


def _charted(value: Charted) -> str:
    place = f" ({value.file}, row {value.row})" if value.file and value.row else ""
    return f"“{value.words}”{place}"


def _sourced(limit: str, source: str, confidence: str) -> str:
    if not source:
        return limit
    return f"{limit}, from {source} [{confidence}: {CONFIDENCE.get(confidence, 'not said')}]"
