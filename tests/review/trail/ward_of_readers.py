"""A blinded study in which A. Meyer and others act; what the others do is full of words that must not come through."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.protocol import load
from hlh_tui.review.conduct.people import register
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from tests.review.small_study import CHARTS, MEYER, PATIENTS

COORDINATOR = Actor("c-ordinator", "C. Ordinator")
BIANCHI = Actor("l-bianchi", "L. Bianchi")
THIRD = Actor("q-nakamura", "Q. Nakamura")

SECRETS = (
    *("bianchi", "nakamura", "XSECRETREASON", "XSECRETNOTE", "XSECRETQUESTION", "XSECRETANSWER", "XSECRETTEXT"),
    *("XSECRETVOTE", "XSECRETDISCUSSION", "XSECRETMEANING", "XSECRETPACK", "XSECRETCUT", "XSECRETHEAD"),
    *("XSECRETCATEGORY", "XSECRETCODE", "XSECRETPROGRESS"),
)
"""Ids, names, reasons, categories and counts of others; in lower case a part of a name."""


def decided(category: str, reason: str, role: str = "reader", **more: object) -> dict[str, object]:
    return {
        "role": role,
        "category": category,
        "day": None,
        "confidence": "high",
        "reason": reason,
        "evidence": [],
        "criteria": {"id": "locatelli-2020", "version": "1.1.0", "hash": "", "options": {}},
        "proposal_seen": False,
        "proposal": None,
        "old": None,
        "reveals": False,
        **more,
    }


def ward_of_readers(path: Path, *, others: bool = True) -> Study:
    """The study in phase read; with ``others`` the log is full of what others did, else only of A. Meyer's own."""
    study = create_study(
        path,
        load.read_bundled(load.STUDIES, "song-2024-blinded"),
        load.read_bundled(load.CRITERIA, "locatelli-2020"),
        COORDINATOR,
        synthetic=True,
    )
    study.connection.cursor().execute(f"{PATIENTS};{CHARTS}")
    register(study, COORDINATOR, MEYER, "reader", "as the charter says")
    if others:
        before(study)
    mine = append(study, MEYER, "decided", "P05", decided("CR", "fever gone by day 2")).seq
    asked = append(
        study, MEYER, "query_raised", "P05", {"about": {"text": "ferritin 640", "day": 14.0}, "question": "which unit?"}
    ).seq
    if others:
        between(study, mine)
    append(
        study,
        MEYER,
        "decided",
        "P05",
        decided("PR", "spleen", old={"seq": mine, "category": "CR", "day": None, "confidence": "high", "reason": "x"}),
    )
    append(study, COORDINATOR, "query_answered", "P05", {"query": asked, "answer": "µg/L, as charted"})
    flag = append(study, MEYER, "flagged", "P01", {"note": "odd"}).seq
    if others:
        after(study, mine)
    append(study, MEYER, "undone", "P01", {"undoes": flag, "undone": "flagged"})
    append(study, COORDINATOR, "locked", None, {"reason": "maintenance", "old": None})
    append(study, COORDINATOR, "unlocked", None, {"reason": "done", "old": None})
    return study


def before(study: Study) -> None:
    """Other people are registered, cases dealt, packs written."""
    for person, role in ((BIANCHI, "reader"), (THIRD, "adjudicator")):
        register(study, COORDINATOR, person, role, "XSECRETREASON")
    bianchi = {"id": BIANCHI.id, "name": BIANCHI.name}
    cases = [{"case": "XSECRETCODE", "patient_id": "P05", "repeat": True}]
    dealt = {"reader": bianchi, "seed": 77, "pack_id": "XSECRETPACK", "cases": cases}
    append(study, COORDINATOR, "cases_dealt", payload=dealt)
    written = {"pack_id": "XSECRETPACK", "reader": bianchi, "cases": 14, "entries": 9, "head": "XSECRETHEAD"}
    append(study, COORDINATOR, "pack_written", payload={**written, "sealed": False})
    plain = {"pack_id": "XSECRETPACK", "reader": BIANCHI.id, "cases": 14, "entries": 9, "head": "XSECRETHEAD"}
    append(study, COORDINATOR, "pack_written", payload=plain)
    append(study, COORDINATOR, "person_withdrawn", payload={"person": bianchi, "reason": "XSECRETREASON", "old": None})


def between(study: Study, mine: int) -> None:
    """Others decide the same case, flag, ask, vote and sign."""
    theirs = append(study, BIANCHI, "decided", "P05", decided("XSECRETCATEGORY", "XSECRETREASON")).seq
    append(study, BIANCHI, "decided", "P05", decided("XSECRETCATEGORY", "XSECRETREASON", "repeat"))
    append(study, BIANCHI, "flagged", "P05", {"note": "XSECRETNOTE"})
    asked = append(
        study, BIANCHI, "query_raised", "P05", {"about": {"text": "XSECRETTEXT"}, "question": "XSECRETQUESTION"}
    )
    append(study, COORDINATOR, "query_answered", "P05", {"query": asked.seq, "answer": "XSECRETANSWER"})
    append(study, THIRD, "decided", "P05", decided("XSECRETCATEGORY", "XSECRETREASON", "adjudicator", accepted="1"))
    append(study, COORDINATOR, "decided", "P05", decided("XSECRETCATEGORY", "XSECRETREASON", "consensus"))
    append(study, BIANCHI, "voted", "P05", {"meeting": "m", "category": "XSECRETCATEGORY", "note": "XSECRETVOTE"})
    append(study, COORDINATOR, "discussed", "P05", {"meeting": "m", "note": "XSECRETDISCUSSION"})
    append(
        study,
        BIANCHI,
        "signed",
        "P05",
        {"decision": {"seq": theirs}, "meaning": "XSECRETMEANING", "printed_name": "L. Bianchi"},
    )
    append(study, BIANCHI, "undone", "P05", {"undoes": theirs, "undone": "decided"})
    # Somebody else's entry that names an entry of A. Meyer's.
    append(study, BIANCHI, "undone", "P05", {"undoes": mine, "undone": "decided"})
    append(study, BIANCHI, "redacted", "P05", {"entry": theirs, "fields": ["reason"], "reason": "XSECRETREASON"})


def after(study: Study, mine: int) -> None:
    """Locks of cases, cuts, exports, reviews, merges, a reveal, and what a newer version may write."""
    append(study, COORDINATOR, "locked", "P05", {"reason": "XSECRETREASON", "old": None})
    append(study, COORDINATOR, "cut_made", payload={"name": "XSECRETCUT", "entries": 40, "head": "XSECRETHEAD"})
    append(study, COORDINATOR, "exported", payload={"folder": "XSECRETPROGRESS", "checksum": "XSECRETHEAD"})
    append(study, COORDINATOR, "trail_reviewed", payload={"upto": 30, "head": "XSECRETHEAD", "note": "XSECRETPROGRESS"})
    append(study, COORDINATOR, "entries_recovered", payload={"what": "XSECRETPROGRESS", "entries": 31})
    append(study, COORDINATOR, "pack_merged", payload={"pack_id": "XSECRETPACK", "reader": BIANCHI.id, "entries": 12})
    append(study, BIANCHI, "revealed", "P05", {"what": "chart", "until": 56.0, "reason": "XSECRETREASON"})
    append(
        study, BIANCHI, "trained", payload={"certificate": {"reader": {"name": "L. Bianchi"}, "right": 3, "cases": 9}}
    )
    append(study, COORDINATOR, "beamed_up", payload={"reader": BIANCHI.id, "what": "XSECRETPROGRESS"})
    append(study, COORDINATOR, "beamed_up", "P05", {"entry": mine, "what": "XSECRETPROGRESS"})
