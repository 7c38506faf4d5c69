"""A blinded study from its making to its signed, locked and exported result, with nearly every action in its log."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.export.dataset import export_dataset
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.review.conduct.blinding import reveal_after_cut_off
from hlh_tui.review.conduct.locks import lock, unlock
from hlh_tui.review.conduct.people import register, withdraw
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.consensus.settle import Settlement, settle
from hlh_tui.review.cuts import make_cut, write_cut
from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag, unflag
from hlh_tui.review.models import Cited, Decision, Seen
from hlh_tui.review.queries_answering import answer_query, close_query, raise_query, reopen_query
from hlh_tui.review.signatures.certificate import write_certificate
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.sign import sign
from hlh_tui.review.signatures.status import signatures
from hlh_tui.review.trail.redact import redact
from hlh_tui.review.trail.reviewed import sign_off
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.backup import backup
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER, OBSERVER
from tests.review.small_study import CHARTS, PATIENTS

FERRITIN = Cited("observation", 14.0, "ferritin", "640 µg/L")
GUEST = Actor("g-uest", "G. Uest")
SECRET = "Zebediah Quux"
"""A patient's name that somebody typed into a note; redacted at once."""


def made(path: Path, protocol: str = "song-2024-blinded") -> Study:
    """The study with the charts of P01, P02 and P05."""
    study = create_study(
        path, read_bundled(STUDIES, protocol), read_bundled(CRITERIA, "locatelli-2020"), COORDINATOR, synthetic=True
    )
    charts = f"{PATIENTS};{CHARTS}"
    added = {"added": {"patients": 3}, "files": []}
    append(study, COORDINATOR, "charts_imported", payload=added, also=lambda each: each.execute(charts) and None)
    return study


def lived(folder: Path, meyers: Key, thirds: Key) -> Path:
    """The study, closed, in ``folder`` with what was kept of it elsewhere: export, cut, certificate, backup."""
    with made(folder / "song.duckdb") as study:
        register(study, COORDINATOR, MEYER, "reader", "trained on 3 November", meyers.public_key)
        register(study, COORDINATOR, LANG, "reader", "trained on 3 November")
        register(study, COORDINATOR, ADJUDICATOR, "observer", "first as a guest")
        register(study, COORDINATOR, ADJUDICATOR, "adjudicator", "the charter names them", thirds.public_key)
        register(study, COORDINATOR, OBSERVER, "observer", "for the sponsor")
        register(study, COORDINATOR, GUEST, "observer", "for one visit")
        withdraw(study, COORDINATOR, GUEST.id, "the visit is over")
        read(study)
        move_phase(study, COORDINATOR, "compare", "both readers are done")
        move_phase(study, COORDINATOR, "consensus", "one case differs")
        settlement = Settlement("P02", "2", "data_missing", "fibrinogen was never measured", day=None)
        settle(study, ADJUDICATOR, settlement)
        sign(study, ADJUDICATOR, "P02", "made", thirds)
        sign(study, MEYER, "P05", "made", meyers)
        lock(study, COORDINATOR, "P01", "agreed on")
        unlock(study, COORDINATOR, "P01", "a letter came late")
        sign(study, MEYER, "P01", "made", meyers)
        lock(study, COORDINATOR, None, "the read is complete")
        cut = make_cut(study, COORDINATOR, "final", "for the report")
        write_cut(study, cut, folder / "final.json")
        move_phase(study, COORDINATOR, "open", "the report is due")
        sign_off(study, COORDINATOR, "read from 1 to the end: no findings")
        write_certificate(study, signatures(study), folder / "certificate.txt")
        export_dataset(study, folder / "export", COORDINATOR)
        backup(study, folder / "backup.duckdb")
    return folder / "song.duckdb"


def read(study: Study) -> None:
    """Both readers read every case: P01 and P05 alike, P02 not."""
    seen = Seen(93.5, items=("fever", "ferritin"), days=(-1.0, 14.0), notes=(2.0,), sources=("ferritin",))
    decide(study, MEYER, Decision("P01", "CR", "", seen=seen))
    decide(study, MEYER, Decision("P05", "CR", "fever gone by day 2", day=7, evidence=(FERRITIN,), seen=seen))
    decide(study, MEYER, Decision("P05", "PR", "the spleen stayed enlarged", day=7, evidence=(FERRITIN,)))
    decide(study, MEYER, Decision("P02", "NR", "", seen=seen))
    undo(study, MEYER, reason="wrong case")
    redo(study, MEYER)
    flag(study, MEYER, "P02", f"ask {SECRET}")
    redact(study, COORDINATOR, study.head[0], ["note"], "a patient was named")
    flag(study, MEYER, "P05", "spleen")
    unflag(study, MEYER, "P05")
    raise_query(study, MEYER, "P05", FERRITIN, "is this ng/mL?")
    asked = study.head[0]
    answer_query(study, COORDINATOR, asked, "µg/L, as charted")
    reopen_query(study, MEYER, asked, "which method?")
    close_query(study, MEYER, asked, "answered by telephone")
    reveal_after_cut_off(study, LANG, "P05", "a relapse was mentioned")
    decide(study, LANG, Decision("P01", "CR", ""))
    decide(study, LANG, Decision("P05", "PR", "", confidence="high", day=3))
    decide(study, LANG, Decision("P02", "PR", "platelets of 110 count"))
