"""A blinded study from its first read to an opened, signed, partly locked result, with a way back in between."""

from __future__ import annotations

import csv
from pathlib import Path

from hlh_tui.review.conduct.blinding import reveal_after_cut_off
from hlh_tui.review.conduct.locks import lock, unlock
from hlh_tui.review.conduct.people import register, withdraw
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.consensus.differences import difference_of
from hlh_tui.review.consensus.meeting import discuss, reveal_votes, vote
from hlh_tui.review.consensus.settle import Settlement, settle
from hlh_tui.review.cuts import make_cut
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Cited, Decision, Seen
from hlh_tui.review.queries_answering import answer_query, raise_query
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.sign import sign
from hlh_tui.review.trail.reviewed import sign_off
from hlh_tui.study.file import Study
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER, OBSERVER, blinded_study

FERRITIN = Cited("observation", 14.0, "ferritin", "640 µg/L")
SEEN = Seen(93.5, items=("fever", "ferritin"), days=(-1.0, 14.0), notes=(2.0,), sources=("ferritin",))


def conducted(path: Path, key: Key) -> Study:
    """P01 unanimous, P02 unanimous after one read was missing, P05 settled by the third reader; ``key`` is Meyer's."""
    study = blinded_study(path)
    register(study, COORDINATOR, MEYER, "reader", "brought a key", key.public_key)
    withdraw(study, COORDINATOR, OBSERVER.id, "the visit is over")
    decide(study, MEYER, Decision("P01", "CR", "", seen=SEEN))
    decide(study, MEYER, Decision("P02", "NR", ""))
    decide(study, MEYER, Decision("P05", "CR", "", day=7, evidence=(FERRITIN,)))
    decide(study, MEYER, Decision("P05", "PR", "the spleen stayed enlarged", day=7, evidence=(FERRITIN,)))
    raise_query(study, MEYER, "P05", FERRITIN, "is this ng/mL?")
    answer_query(study, COORDINATOR, study.head[0], "µg/L, as charted")
    decide(study, LANG, Decision("P01", "CR", ""))
    reveal_after_cut_off(study, LANG, "P05", "a relapse was mentioned")
    decide(study, LANG, Decision("P05", "NR", ""))
    move_phase(study, COORDINATOR, "compare", "the report is due")
    move_phase(study, COORDINATOR, "read", "P02 was forgotten")
    decide(study, LANG, Decision("P02", "NR", ""))
    move_phase(study, COORDINATOR, "compare", "every case is read")
    move_phase(study, COORDINATOR, "consensus", "one case differs")
    deliberate(study)
    sign(study, MEYER, "P01", "made", key)
    sign(study, MEYER, "P05", "made", key)
    lock(study, COORDINATOR, "P05", "agreed on")
    unlock(study, COORDINATOR, "P05", "a letter came late")
    lock(study, COORDINATOR, "P01", "final")
    make_cut(study, COORDINATOR, "final", "for the report")
    move_phase(study, COORDINATOR, "open", "all is settled")
    decide(study, LANG, Decision("P05", "PR", "with hindsight", role="global"))
    sign_off(study, COORDINATOR, "no findings")
    return study


def deliberate(study: Study) -> None:
    """P05: one vote, revealed before the other was cast, a note, and the third reader's settlement for B. Lang."""
    vote(study, LANG, "P05", "NR", meeting="panel 1")
    reveal_votes(study, ADJUDICATOR, "P05", "A. Meyer is away")
    discuss(study, ADJUDICATOR, "P05", "the spleen was never measured again")
    langs = next(one.number for one in difference_of(study, ADJUDICATOR, "P05").reads if one.category == "NR")
    settle(study, ADJUDICATOR, Settlement("P05", str(langs), "data_missing", "nothing shows a response"))


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def columns(file: Path, *names: str) -> list[tuple[str, ...]]:
    """Some columns of a CSV file, row by row."""
    return [tuple(row[name] for name in names) for row in rows(file)]
