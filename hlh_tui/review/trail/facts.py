"""What a sentence needs of an entry that no single field holds: comparisons, counts and lists in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hlh_tui.review.trail.moments import utc_words

Payload = Mapping[str, Any]
Facts = dict[str, Any]
MOST_NAMED = 5
"""Files or fields named one by one; of more only the first and the number."""


def facts_of(action: str, payload: Payload, words: Mapping[str, Mapping[str, str]]) -> Facts:
    """Further fields for the wording of the action; those of ``words`` (field -> value -> words) for every action."""
    facts: Facts = {f"{field}_words": said.get(str(payload.get(field))) for field, said in words.items()}
    origin = payload.get("pack")
    if isinstance(origin, Mapping) and isinstance(origin.get("recorded_at"), str):
        facts["read_at"] = utc_words(origin["recorded_at"])
    make = MAKERS.get(action)
    return facts if make is None else facts | make(payload)


def _decided(payload: Payload) -> Facts:
    old, category = payload.get("old"), payload.get("category")
    facts: Facts = {}
    if isinstance(old, Mapping) and old.get("category") is not None:
        same = old.get("category") == category
        facts["kept" if same else "before"] = old.get("category")
        facts["changed"] = _some(
            [name for name in ("day", "confidence", "reason") if old.get(name) != payload.get(name)]
        )
    proposal = payload.get("proposal") if payload.get("proposal_seen") is True else None
    if proposal is not None:
        facts["agreed_proposal" if proposal == category else "other_proposal"] = proposal
    evidence = payload.get("evidence")
    if isinstance(evidence, list) and evidence:
        facts["evidence_words"] = _counted(len(evidence), "piece of evidence", "pieces of evidence")
    facts["seen_words"] = _seen(payload.get("seen"))
    return facts


def _seen(seen: Any) -> str | None:
    if not isinstance(seen, Mapping):
        return None
    parts = []
    seconds = seen.get("seconds")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        parts.append(f"{round(seconds)} s on the case")
    for name, one in (("items", "criterion"), ("days", "day"), ("notes", "note")):
        listed = seen.get(name)
        if isinstance(listed, list):
            many = "criteria" if one == "criterion" else f"{one}s"
            parts.append(_counted(len(listed), one, many))
    return f"looked at {', '.join(parts)}" if parts else None


def _imported(payload: Payload) -> Facts:
    added, files = payload.get("added"), payload.get("files")
    facts: Facts = {}
    if isinstance(added, Mapping):
        facts["added_words"] = _some([f"{count} {name}" for name, count in added.items() if count]) or "nothing new"
    if isinstance(files, list):
        facts["files_words"] = _some([str(each.get("file")) for each in files if isinstance(each, Mapping)])
    return facts


def _reading(payload: Payload) -> Facts:
    old, new = payload.get("old"), payload.get("options")
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return {}
    differing = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    return {"options_changed": _some([f"{key} {old.get(key)} to {new.get(key)}" for key in differing], most=20)}


def _reader_name(payload: Payload) -> str | None:
    reader = payload.get("reader")
    found = reader.get("name") or reader.get("id") if isinstance(reader, Mapping) else reader
    return found if isinstance(found, str) else None


def _dealt(payload: Payload) -> Facts:
    dealt = payload.get("cases")
    facts: Facts = {"reader_name": _reader_name(payload)}
    if isinstance(dealt, list):
        repeats = sum(isinstance(each, Mapping) and each.get("repeat") is True for each in dealt)
        hidden = f" and {_counted(repeats, 'hidden repeat')}" if repeats else ""
        facts["cases_words"] = _counted(len(dealt) - repeats, "case") + hidden
    return facts


def _pack(payload: Payload) -> Facts:
    facts: Facts = {"reader_name": _reader_name(payload)}
    held, entries, signed = payload.get("cases"), payload.get("entries"), payload.get("signed")
    if isinstance(held, int):
        facts["pack_cases"] = _counted(held, "case")
    if isinstance(entries, int):
        facts["merged_words"] = _counted(entries, "entry", "entries")
    if payload.get("sealed"):
        facts["sealed_words"] = "sealed"
    if signed is not None:
        facts["signed_words"] = "signed" if signed else "not signed"
    return facts


def _registered(payload: Payload) -> Facts:
    key, old = payload.get("public_key"), payload.get("old")
    had: Mapping[str, object] = old if isinstance(old, Mapping) else {}
    facts: Facts = {}
    if had.get("role") != payload.get("role"):
        facts["old_role"] = str(had["role"]) if had.get("role") else None
        if key:
            facts["key_words"] = "the same public key" if had.get("public_key") == key else "a public key"
    elif key:
        same, other = had.get("public_key") == key, had.get("public_key")
        facts["keyed_words"] = "the same public key" if same else "another public key" if other else "the public key"
    return facts


def _moved(payload: Payload) -> Facts:
    missing = payload.get("missing")
    return {"missing_words": _counted(missing, "read")} if isinstance(missing, int) and missing else {}


def _cut(payload: Payload) -> Facts:
    entries = payload.get("entries")
    return {"entries_words": f"entry {entries}"} if isinstance(entries, int) else {}


def _redacted(payload: Payload) -> Facts:
    fields = payload.get("fields")
    return {"fields_words": _some([str(each) for each in fields])} if isinstance(fields, list) else {}


def _trained(payload: Payload) -> Facts:
    certificate = payload.get("certificate")
    passed = certificate.get("passed") if isinstance(certificate, Mapping) else None
    return {"passed_words": None if passed is None else "passed" if passed else "not passed"}


def _lacking(payload: Payload) -> Facts:
    missing = payload.get("missing")
    return {"missing_list": _some([str(each) for each in missing])} if isinstance(missing, list) else {}


def _asked(payload: Payload) -> Facts:
    owner = payload.get("owner")
    found = owner.get("name") or owner.get("id") if isinstance(owner, Mapping) else owner
    return {"owner_words": found}


MAKERS: dict[str, Callable[[Payload], Facts]] = {
    "decided": _decided,
    "charts_imported": _imported,
    "reading_chosen": _reading,
    "cases_dealt": _dealt,
    "pack_written": _pack,
    "pack_merged": _pack,
    "person_registered": _registered,
    "phase_moved": _moved,
    "cut_made": _cut,
    "redacted": _redacted,
    "triggers_restored": _lacking,
    "votes_revealed": _lacking,
    "query_raised": _asked,
    "trained": _trained,
}


def _counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _some(names: list[str], most: int = MOST_NAMED) -> str:
    """``a, b and c``; of a long list the first ones and how many more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
