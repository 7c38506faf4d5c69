"""Why a decision needs a reason, and the sentence drafted from the cited evidence."""

from __future__ import annotations

from collections.abc import Sequence

from hlh_tui.review.models import Cited, CurrentDecision, Decision

PREPOSITIONS = {"item": "by", "exposure": "from"}
"""A criterion is met *by* a day, a drug is given *from* a day; everything else happened *on* a day."""


def draft_reason(category_label: str, cited: Sequence[Cited]) -> str:
    """A sentence, e.g. "Complete response: ferritin 640 µg/L on day 14; fever resolved by day 2" with a full stop.

    Evidence keeps the order in which it was cited, each piece once. Empty while nothing is cited, so that a draft
    never stands in for a reason that is required.
    """
    pieces = list(dict.fromkeys(_phrase(piece) for piece in cited))
    if not pieces:
        return ""
    return f"{category_label[:1].upper()}{category_label[1:]}: {'; '.join(pieces)}."


def reason_required(
    decision: Decision,
    proposal_category: str | None,
    indeterminate: bool,
    old: CurrentDecision | None = None,
) -> str | None:
    """Why this decision has to state a reason, or None when it may go without.

    ``proposal_category`` is the proposal as this reader has seen it (None while hidden), ``indeterminate`` whether
    that proposal depends on an item that was not evaluable, ``old`` the decision in force that this one replaces.
    """
    if decision.role in ("consensus", "adjudicator"):
        return "a consensus states its reason" if decision.role == "consensus" else "a third read states its reason"
    if old is not None and changes(decision, old):
        return f"it changes your decision {old.category} that is in force"
    if decision.confidence == "low":
        return "the confidence is low"
    if proposal_category is not None and decision.category != proposal_category:
        return f"it differs from the proposal {proposal_category} that you have seen"
    if indeterminate:
        return "the proposal you have seen rests on an item that was not evaluable"
    return None


def day_text(day: float) -> str:
    """A day as readers write it: 14, 1.5, -3."""
    return f"{round(day, 4):g}" if abs(day) < 100_000 else f"{day:.0f}"


def changes(decision: Decision, old: CurrentDecision) -> bool:
    """Whether it says anything else than ``old``: category, day, confidence, reason, evidence, how it settles."""
    new = (decision.category, decision.day, decision.confidence, decision.reason.strip(), decision.evidence)
    settles = (decision.accepted, decision.disagreement) != (old.accepted, old.disagreement)
    return settles or new != (old.category, old.day, old.confidence, old.reason, old.evidence)


def _phrase(cited: Cited) -> str:
    words = cited.text.strip().rstrip(".")
    if cited.name.lower() not in words.lower():
        words = f"{cited.name} {words}".strip()
    return f"{words} {PREPOSITIONS.get(cited.kind, 'on')} day {day_text(round(cited.day, 1))}"
