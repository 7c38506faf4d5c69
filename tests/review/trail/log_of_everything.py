"""A log with every action, and the words each of them is told in."""

from __future__ import annotations

from typing import Any

CASE = "P05"

# action, patient, payload, the sentence an auditor reads
TOLD: tuple[tuple[str, str | None, dict[str, Any], str], ...] = (
    (
        "study_created",
        None,
        {"protocol": {"id": "song-2024", "version": "1.1.0"}, "criteria": {"id": "locatelli-2020", "version": "1.1.0"}},
        "made the study under protocol song-2024 1.1.0, criteria locatelli-2020 1.1.0",
    ),
    (
        "charts_imported",
        None,
        {"added": {"patients": 13, "events": 0, "observations": 912}, "files": [{"file": "patients.csv"}]},
        "imported charts: 13 patients and 912 observations from patients.csv",
    ),
    ("charts_imported", None, {"added": {"patients": 0}}, "imported charts: nothing new"),
    (
        "criteria_adopted",
        None,
        {
            "criteria": {"id": "locatelli-2020", "version": "1.2.0"},
            "old": {"id": "locatelli-2020", "version": "1.1.0"},
            "reason": "erratum",
        },
        "put criteria locatelli-2020 1.2.0 in force in place of locatelli-2020 1.1.0",
    ),
    (
        "reading_chosen",
        None,
        {
            "criteria": {"id": "locatelli-2020", "version": "1.1.0"},
            "old": {"missing": "strict", "coag": "and_or"},
            "options": {"missing": "best", "coag": "and_or"},
        },
        "chose how the study reads locatelli-2020 1.1.0: missing strict to best",
    ),
    (
        "decided",
        CASE,
        {"role": "reader", "category": "CR", "day": 14.0, "confidence": "high", "reason": "", "old": None},
        "decided CR for P05, response from day 14, high confidence",
    ),
    (
        "decided",
        CASE,
        {
            "role": "reader",
            "category": "PR",
            "day": 14,
            "confidence": "low",
            "reason": "spleen",
            "old": {"seq": 6, "category": "CR", "day": 14, "confidence": "high", "reason": ""},
            "evidence": [{"kind": "item"}],
            "proposal_seen": True,
            "proposal": "NR",
            "seen": {"seconds": 184.4, "items": ["fever", "spleen"], "days": [0.0], "notes": [], "source_opened": 1},
        },
        "revised P05 from CR to PR, response from day 14, low confidence, against the proposal NR;"
        " 1 piece of evidence cited; looked at 184 s on the case, 2 criteria, 1 day, 0 notes",
    ),
    (
        "decided",
        CASE,
        {
            "role": "adjudicator",
            "category": "PR",
            "confidence": "high",
            "reason": "r",
            "day": None,
            "old": None,
            "accepted": "2",
            "disagreement": "guideline_gap",
        },
        "decided PR for P05, as third reader, high confidence, accepting reader 2;"
        " why the readers differed: a gap in the guideline",
    ),
    (
        "decided",
        CASE,
        {
            "role": "reader",
            "category": "PR",
            "confidence": "high",
            "day": 3,
            "reason": "x",
            "old": {"seq": 7, "category": "PR", "day": 14, "confidence": "high", "reason": "x"},
            "proposal_seen": True,
            "proposal": "PR",
            "pack": {"id": "k1", "seq": 9, "hash": "", "recorded_at": "2026-11-23T04:44:17.120000Z"},
        },
        "kept PR for P05 and changed its day, response from day 3, high confidence, agreeing with the proposal PR;"
        " recorded in pack k1 at 2026-11-23 04:44:17 UTC",
    ),
    ("flagged", CASE, {"note": "see spleen"}, "flagged P05: “see spleen”"),
    ("flagged", CASE, {"note": ""}, "flagged P05"),
    ("unflagged", CASE, {}, "removed their flag from P05"),
    ("undone", CASE, {"undoes": 10, "undone": "flagged"}, "took back entry 10, a flag on P05"),
    ("redone", CASE, {"redoes": 10}, "put back entry 10 on P05"),
    (
        "query_raised",
        CASE,
        {"about": {"kind": "observation", "day": 7.0, "name": "ferritin", "text": "ferritin 640"}, "question": "unit?"},
        "asked about ferritin 640, day 7, of P05: “unit?”",
    ),
    ("query_answered", CASE, {"query": 15, "answer": "µg/L"}, "answered query 15 on P05: “µg/L”"),
    ("query_closed", CASE, {"query": 15, "reason": "clear"}, "closed query 15 on P05"),
    ("query_reopened", CASE, {"query": 15, "reason": "not clear"}, "reopened query 15 on P05"),
    (
        "person_registered",
        None,
        {
            "person": {"id": "l-chen", "name": "L. Chen"},
            "role": "reader",
            "public_key": None,
            "reason": "r",
            "old": None,
        },
        "registered L. Chen as reader",
    ),
    (
        "person_registered",
        None,
        {
            "person": {"id": "l-chen", "name": "L. Chen"},
            "role": "adjudicator",
            "public_key": "ed25519:aa",
            "old": {"role": "reader", "public_key": None},
        },
        "changed L. Chen from reader to adjudicator with a public key",
    ),
    (
        "person_registered",
        None,
        {
            "person": {"id": "l-chen", "name": "L. Chen"},
            "role": "reader",
            "public_key": "ed25519:aa",
            "old": {"role": "reader", "public_key": None},
        },
        "registered the public key of L. Chen, reader",
    ),
    (
        "person_registered",
        None,
        {
            "person": {"id": "l-chen", "name": "L. Chen"},
            "role": "reader",
            "public_key": "ed25519:bb",
            "old": {"role": "reader", "public_key": "ed25519:aa"},
        },
        "registered another public key of L. Chen, reader",
    ),
    (
        "person_withdrawn",
        None,
        {"person": {"id": "l-chen", "name": "L. Chen"}, "reason": "left", "old": {"role": "reader"}},
        "withdrew L. Chen, who was reader",
    ),
    (
        "phase_moved",
        None,
        {"old": "read", "new": "compare", "reason": "all in", "missing": 2},
        "moved the study from phase read to phase compare, with 2 reads missing",
    ),
    ("locked", CASE, {"reason": "signed off"}, "locked P05"),
    ("locked", None, {"reason": "final"}, "locked the study"),
    ("unlocked", None, {"reason": "erratum", "old": {"seq": 24, "reason": "final"}}, "unlocked the study"),
    (
        "revealed",
        CASE,
        {"what": "chart after the evidence cut-off", "until": 56.0, "reason": "relapse?"},
        "had chart after the evidence cut-off of P05 shown, after day 56",
    ),
    (
        "cases_dealt",
        None,
        {
            "reader": {"id": "l-chen", "name": "L. Chen"},
            "seed": 11,
            "pack_id": "k1",
            "cases": [
                {"case": "C1", "patient_id": "P05", "repeat": False},
                {"case": "C2", "patient_id": "P05", "repeat": True},
            ],
        },
        "dealt 1 case and 1 hidden repeat to L. Chen for pack k1, order from seed 11",
    ),
    (
        "pack_written",
        None,
        {"pack_id": "k1", "reader": "l-chen", "cases": 13, "entries": 40, "head": "ab", "sealed": True},
        "wrote pack k1 for l-chen, 13 cases, sealed",
    ),
    (
        "pack_merged",
        None,
        {"pack_id": "k1", "reader": {"id": "l-chen", "name": "L. Chen"}, "entries": 12, "head": "ab", "signed": True},
        "merged pack k1 of L. Chen, 12 entries, signed",
    ),
    (
        "pack_entry",
        None,
        {"action": "triggers_restored", "payload": {"missing": ["log_no_update"]}},
        "kept without effect what happened to the file of a pack",
    ),
    ("voted", CASE, {"meeting": "m1", "category": "CR", "note": "clear"}, "voted CR on P05: “clear”"),
    (
        "votes_revealed",
        CASE,
        {"meeting": "m1", "reason": "late", "missing": ["L. Chen"]},
        "revealed the votes on P05, without L. Chen",
    ),
    ("discussed", CASE, {"meeting": "m1", "note": "spleen by CT"}, "noted of the discussion of P05: “spleen by CT”"),
    (
        "signed",
        CASE,
        {"decision": {"seq": 7, "entry_hash": "aa"}, "meaning": "my own decision", "printed_name": "L. Chen"},
        "signed entry 7 on P05 as L. Chen, meaning “my own decision”",
    ),
    (
        "cut_made",
        None,
        {"name": "interim", "entries": 33, "head": "ab", "reason": "DSMB"},
        "made the data cut “interim” at entry 33",
    ),
    (
        "exported",
        None,
        {"folder": "song-export", "checksum": "ab12"},
        "exported the data set to song-export, checksum ab12",
    ),
    (
        "redacted",
        CASE,
        {"entry": 7, "fields": ["reason"], "entry_hash": "aa", "rest_sha256": "bb", "reason": "a name"},
        "took reason out of entry 7; what was exported, backed up, copied or packed before still holds the text",
    ),
    (
        "trail_reviewed",
        None,
        {"upto": 36, "head": "ab", "note": "no findings"},
        "reviewed the trail up to entry 36: “no findings”",
    ),
    (
        "trained",
        None,
        {"certificate": {"right": 11, "cases": 12, "passed": True}},
        "completed the training, 11 of 12 right, passed",
    ),
    ("training_begun", None, {"seed": 4}, "began the training"),
    (
        "triggers_restored",
        None,
        {"missing": ["log_no_update", "log_no_delete"]},
        "put back the triggers that keep the log append-only: log_no_update and log_no_delete",
    ),
    ("mirror_rebuilt", None, {"what": "the mirror was rebuilt"}, "recovered the study: the mirror was rebuilt"),
    ("entries_recovered", None, {"what": "entry 9 was brought back"}, "recovered the study: entry 9 was brought back"),
    (
        "teleported",
        CASE,
        {"to": "Mars"},
        "did “teleported” on P05, which this version of hlh-tui does not know; a newer one explains it",
    ),
)
