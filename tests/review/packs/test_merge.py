"""What comes back: merged once, in any order, as it was in the pack."""

from __future__ import annotations

import json

import pytest

from hlh_tui.review.conduct.people import register, withdraw
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.marks import flag, unflag
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.packs.dealing import deal
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.packs.translation import faults, merged_entries, original
from hlh_tui.review.queries import queries
from hlh_tui.review.queries_answering import raise_query
from hlh_tui.review.state import current_decisions, final_categories, flags
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries, entry_row, log_rows
from hlh_tui.study.verify import verify
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, OKAFOR, copied, read_all, unpacked

FERRITIN = Cited("observation", 7.0, "ferritin", "7250 ug/L")


def returned(path):
    """The file that the reader sends."""
    with open_study(path, read_only=True) as mine:
        return write_return(mine).file


def case(study, reader, place: int):
    """(code, patient, whether it is a repeat) of one of the reader's cases."""
    (dealt,) = [each for each in conduct_of(study).dealt if each.reader == reader.id]
    return dealt.cases[place]


def repeat_of(study, reader):
    """(code of the first time, code of the repeat, patient)."""
    (dealt,) = [each for each in conduct_of(study).dealt if each.reader == reader.id]
    again, patient = next((code, patient) for code, patient, repeat in dealt.cases if repeat)
    return next(code for code, each, repeat in dealt.cases if each == patient and not repeat), again, patient


def test_a_read_pack_becomes_the_readers_decisions_in_the_study(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER, "PR")
    (merged,) = merge(study, COORDINATOR, [returned(mine)])
    assert (merged.outcome, merged.reader_name, merged.entries) == (
        "merged",
        "A. Meyer",
        len(conduct_of(study).dealt[0].cases),
    )
    in_force = current_decisions(study)
    assert {(one.reader, one.category) for one in in_force} == {("a-meyer", "PR")}
    assert sorted(one.patient_id for one in in_force if one.role == "reader") == sorted(
        patient for _, patient, repeat in conduct_of(study).dealt[0].cases if not repeat
    )
    assert [one.patient_id for one in in_force if one.role == "repeat"] == [repeat_of(study, MEYER)[2]]
    assert verify(study).ok


def test_two_reads_that_agree_are_unanimous_and_a_repeat_counts_for_neither(study, tmp_path):
    paths = {reader: unpacked(study, reader, tmp_path / reader.id) for reader in (MEYER, BIANCHI, OKAFOR)}
    for reader, path in paths.items():
        read_all(path, reader, "PR")
    merge(study, COORDINATOR, [returned(path) for path in paths.values()])
    found = final_categories(study)
    assert {one.source for one in found.values()} == {"unanimous"}
    assert {one.readers for one in found.values()} == {2}


def test_an_entry_keeps_who_said_what_when_and_where_it_came_from(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    code, patient, _ = case(study, MEYER, 0)
    with open_study(mine) as pack:
        decide(pack, MEYER, Decision(code, "CR", "fever gone", day=7, evidence=(FERRITIN,)))
        theirs = entries(pack)[-1]
    merge(study, COORDINATOR, [returned(mine)])
    ours, told = entries(study)[-2:]
    assert (ours.actor, ours.actor_name, ours.action, ours.patient_id) == ("a-meyer", "A. Meyer", "decided", patient)
    assert ours.payload["reason"] == "fever gone"
    assert ours.payload["session"] == theirs.payload["session"]
    pack_of = ours.payload["pack"]
    assert (pack_of["seq"], pack_of["hash"], pack_of["recorded_at"], pack_of["case"]) == (
        2, theirs.hash, theirs.recorded_at, code,
    )  # fmt: skip
    assert ours.recorded_at > theirs.recorded_at
    assert (told.action, told.actor) == ("pack_merged", "c-ordinator")
    assert {key: told.payload[key] for key in ("pack_id", "reader", "entries", "head", "signed")} == {
        "pack_id": conduct_of(study).dealt[0].pack_id,
        "reader": {"id": "a-meyer", "name": "A. Meyer"},
        "entries": 2,
        "head": theirs.hash,
        "signed": False,
    }


def test_every_entry_of_the_reader_can_be_made_again_to_the_last_byte(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    first, again, _ = repeat_of(study, MEYER)
    with open_study(mine) as pack:
        decide(pack, MEYER, Decision(first, "CR", "", evidence=(FERRITIN,)))
        decide(pack, MEYER, Decision(first, "PR", "on second thoughts"))
        decide(pack, MEYER, Decision(again, "NR", ""))
        flag(pack, MEYER, again, "odd")
        unflag(pack, MEYER, again)
        raise_query(pack, MEYER, first, FERRITIN, "which unit?", owner="coordinator")
        undo(pack, MEYER, reason="a slip")
        redo(pack, MEYER)
        theirs = log_rows(pack, after=1)
    merge(study, COORDINATOR, [returned(mine)])
    found = merged_entries(study, conduct_of(study).dealt[0].pack_id)
    assert [original(entry) for entry in found] == theirs
    assert list(faults(study, conduct_of(study).dealt[0].pack_id)) == []
    assert len(theirs) == 8


def test_undo_redo_flags_and_queries_are_what_they_were_in_the_pack(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    (one, first, _), (two, second, _) = case(study, MEYER, 0), case(study, MEYER, 1)
    with open_study(mine) as pack:
        decide(pack, MEYER, Decision(one, "CR", ""))
        decide(pack, MEYER, Decision(one, "PR", "on second thoughts"))
        undo(pack, MEYER, reason="a slip")
        decide(pack, MEYER, Decision(two, "NR", ""))
        undo(pack, MEYER, reason="a slip")
        redo(pack, MEYER)
        flag(pack, MEYER, one, "fever chart is thin")
        flag(pack, MEYER, two, "")
        unflag(pack, MEYER, two)
        raise_query(pack, MEYER, two, FERRITIN, "is this ng/mL?", owner="coordinator")
    merge(study, COORDINATOR, [returned(mine)])
    assert {(each.patient_id, each.category) for each in current_decisions(study)} == {(first, "CR"), (second, "NR")}
    assert [(each.patient_id, each.reader, each.note) for each in flags(study)] == [
        (first, "a-meyer", "fever chart is thin")
    ]
    assert [(each.patient_id, each.question, each.state) for each in queries(study)] == [
        (second, "is this ng/mL?", "open")
    ]
    assert undo(study, MEYER, reason="a slip").patient_id == second


def test_a_flag_taken_from_the_repeat_leaves_the_flag_on_the_case(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    first, again, patient = repeat_of(study, MEYER)
    with open_study(mine) as pack:
        flag(pack, MEYER, first, "look again")
        flag(pack, MEYER, again, "so here")
        unflag(pack, MEYER, again)
    merge(study, COORDINATOR, [returned(mine)])
    assert [(each.patient_id, each.note) for each in flags(study)] == [(patient, "look again")]
    unflag(study, MEYER, patient)
    assert flags(study) == ()


def test_a_flag_that_stands_on_the_repeat_alone_stands_on_the_patient_until_it_is_removed(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    first, again, patient = repeat_of(study, MEYER)
    with open_study(mine) as pack:
        flag(pack, MEYER, again, "odd course")
        flag(pack, MEYER, first, "")
        unflag(pack, MEYER, first)
    merge(study, COORDINATOR, [returned(mine)])
    assert [(each.patient_id, each.note) for each in flags(study)] == [(patient, "odd course")]
    unflag(study, MEYER, patient)
    assert flags(study) == ()


def test_merging_again_adds_nothing(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    file = returned(mine)
    merge(study, COORDINATOR, [file])
    head = study.head
    (again,) = merge(study, COORDINATOR, [file])
    assert (again.outcome, again.why) == ("nothing_new", "everything in it is in the study already")
    assert study.head == head


def test_a_pack_that_nobody_read_adds_nothing(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    head = study.head
    assert merge(study, COORDINATOR, [returned(mine)])[0].outcome == "nothing_new"
    assert study.head == head


def test_a_later_return_adds_what_is_new_and_an_earlier_one_nothing(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    (one, *_), (two, *_) = case(study, MEYER, 0), case(study, MEYER, 1)
    with open_study(mine) as pack:
        decide(pack, MEYER, Decision(one, "CR", ""))
        early = write_return(pack, tmp_path / "early.hlhreturn").file
        decide(pack, MEYER, Decision(two, "PR", ""))
        decide(pack, MEYER, Decision(one, "NR", "seen again"))
        late = write_return(pack, tmp_path / "late.hlhreturn").file
    outcomes = [each for file in (early, late, early) for each in merge(study, COORDINATOR, [file])]
    assert [(each.outcome, each.entries) for each in outcomes] == [("merged", 1), ("merged", 2), ("nothing_new", 0)]
    assert sorted(one.category for one in current_decisions(study)) == ["NR", "PR"]
    last = [entry for entry in entries(study) if entry.action == "decided"][-1]
    first = next(entry for entry in entries(study) if entry.action == "decided")
    assert last.payload["old"]["seq"] == first.seq


def test_the_readers_study_file_itself_is_merged_like_a_return(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    assert merge(study, COORDINATOR, [mine])[0].outcome == "merged"
    assert merge(study, COORDINATOR, [returned(mine)])[0].outcome == "nothing_new"


def test_one_refused_file_keeps_no_other_out(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    (tmp_path / "letter.txt").write_text("Dear coordinator")
    outcomes = merge(study, COORDINATOR, [tmp_path / "letter.txt", returned(mine), tmp_path / "gone.hlhreturn"])
    assert [each.outcome for each in outcomes] == ["refused", "merged", "refused"]


def test_merging_is_for_the_coordinator_and_for_the_phases_before_consensus(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    with pytest.raises(NotAllowed, match="only a coordinator may merge packs"):
        merge(study, MEYER, [mine])
    move_phase(study, COORDINATOR, "compare", "time is up")
    assert merge(study, COORDINATOR, [mine])[0].outcome == "merged"
    move_phase(study, COORDINATOR, "consensus", "to settle")
    with pytest.raises(NotAllowed, match="merge packs"):
        merge(study, COORDINATOR, [mine])


def test_a_crash_between_database_and_mirror_is_completed_by_opening_and_merging_again(study, tmp_path, monkeypatch):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    file = returned(mine)
    path = study.path

    def power_fails(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hlh_tui.study.log.mirror_entry", power_fails)
    with pytest.raises(KeyboardInterrupt):
        merge(study, COORDINATOR, [file])
    monkeypatch.undo()
    study.close()
    with open_study(path) as again:
        assert "the log mirror was completed by" in (again.notice or "")
        assert merge(again, COORDINATOR, [file])[0].outcome == "nothing_new"
        assert verify(again).ok


def test_a_crash_before_the_commit_leaves_nothing_and_merging_again_completes_it(study, tmp_path, monkeypatch):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    before = log_rows(study)
    monkeypatch.setattr("hlh_tui.study.log.insert_all", halfway)
    with pytest.raises(MemoryError):
        merge(study, COORDINATOR, [mine])
    monkeypatch.undo()
    assert log_rows(study) == before
    assert merge(study, COORDINATOR, [mine])[0].outcome == "merged"
    assert verify(study).ok


def halfway(cursor, rows):
    from hlh_tui.study.log import INSERT

    for row in rows[: len(rows) // 2]:
        cursor.execute(INSERT, row)
    raise MemoryError


def test_charts_that_came_in_meanwhile_are_named_with_the_merge(study, tmp_path):
    from hlh_tui.study.log import append

    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    append(study, COORDINATOR, "charts_imported", payload={"files": []})
    assert "charts were imported after this pack was written" in merge(study, COORDINATOR, [mine])[0].why


def test_a_second_pack_of_the_same_reader_holds_new_cases_alone_and_both_are_merged(study, tmp_path):
    first = unpacked(study, MEYER, tmp_path / "1")
    withdraw(study, COORDINATOR, "n-okafor", "left")
    deal(study, COORDINATOR)
    second = unpacked(study, MEYER, tmp_path / "2")
    with open_study(first) as one, open_study(second) as two:
        codes = [{code for (code,) in each.rows("SELECT patient_id FROM patient")} for each in (one, two)]
    assert codes[1]
    assert not codes[0] & codes[1]
    read_all(second, MEYER, "PR")
    read_all(first, MEYER, "CR")
    assert {each.outcome for each in merge(study, COORDINATOR, [second, first])} == {"merged"}
    assert len([one for one in current_decisions(study) if one.role == "reader"]) == 8


def test_a_reader_registered_anew_after_leaving_is_merged(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    withdraw(study, COORDINATOR, "a-meyer", "left")
    refused = merge(study, COORDINATOR, [mine])[0]
    assert (refused.kind, "A. Meyer, who is not registered" in refused.why) == ("unknown_reader", True)
    register(study, COORDINATOR, MEYER, "reader", "is back")
    assert merge(study, COORDINATOR, [mine])[0].outcome == "merged"


def test_what_happened_to_the_packs_own_file_is_kept_without_effect(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    with open_study(mine) as pack:
        cursor = pack.connection.cursor()
        cursor.execute("DROP TRIGGER log_no_update ON log")
        cursor.close()
    with open_study(mine) as pack:
        assert [entry.action for entry in entries(pack)] == ["study_created", "triggers_restored"]
        theirs = log_rows(pack, after=1)
    assert merge(study, COORDINATOR, [mine])[0].entries == 1
    kept = entries(study)[-2]
    assert (kept.action, kept.actor) == ("pack_entry", "hlh-tui")
    assert kept.payload["action"] == "triggers_restored"
    assert [original(kept)] == theirs


def test_a_copy_of_the_pack_read_by_somebody_else_at_the_same_time_is_refused_with_a_reason(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    other = copied(mine, tmp_path / "copy")
    read_all(mine, MEYER, "CR")
    read_all(other, MEYER, "NR")
    assert merge(study, COORDINATOR, [mine])[0].outcome == "merged"
    (refused,) = merge(study, COORDINATOR, [other])
    assert refused.kind == "diverged"
    assert "does not go on from what was merged of this pack: its entry 2 is another one" in refused.why
    assert {one.category for one in current_decisions(study)} == {"CR"}


def test_payloads_are_stored_as_canonical_json(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    merge(study, COORDINATOR, [mine])
    for entry in entries(study):
        assert json.loads(entry_row(entry)[6]) == entry.payload
