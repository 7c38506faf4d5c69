"""What leaves in a pack, and what does not."""

from __future__ import annotations

import json
import stat
import zipfile

import pytest

from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import Blinded, DecisionRefused, NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.dealing import deal
from hlh_tui.review.packs.errors import DealRefused, PackRefused
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.packing import pack
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.review.state import cases, final_categories
from hlh_tui.study.chart import chart
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.verify import verify
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, OKAFOR, read_all, unpacked

FOREIGN = (
    "Bianchi", "l-bianchi", "Okafor", "n-okafor", "C. Ordinator", "c-ordinator", "settled by telephone",
    "HLH-001", "HLH-002", "HLH-008", "hlh-002", "778812", "MRN 7", "2021-03-04", "Beijing", "wards-of-beijing",
    "Kardinal", "Chenlin", "lab sheet", "chart of", "row-HLH", "hash-of-a-row", "sepsis in the end",
    "Relapse was suspected", "etoposide-late", '"repeat"', "seed",
)  # fmt: skip


def code_of(study, patient: str, reader: str) -> str:
    """The code under which the reader gets the patient for the first time."""
    (dealt,) = [each for each in conduct_of(study).dealt if each.reader == reader]
    return next(code for code, each, repeat in dealt.cases if each == patient and not repeat)


def one_with(study, patient: str):
    """A reader to whom the patient was dealt."""
    deal(study, COORDINATOR, seed=3)
    holder = next(each.reader for each in conduct_of(study).dealt if any(case[1] == patient for case in each.cases))
    return {"a-meyer": MEYER, "l-bianchi": BIANCHI, "n-okafor": OKAFOR}[holder]


def test_a_pack_is_one_file_of_three_members_that_only_its_owner_reads(study, tmp_path):
    packed = pack(study, COORDINATOR, "a-meyer", tmp_path / "mine.hlhpack")
    assert packed.file == tmp_path / "mine.hlhpack"
    assert stat.S_IMODE(packed.file.stat().st_mode) == 0o600
    with zipfile.ZipFile(packed.file) as file:
        assert sorted(file.namelist()) == ["manifest.json", "study.duckdb", "study.log.jsonl"]
        manifest = json.loads(file.read("manifest.json"))
    assert manifest["reader"] == {"id": "a-meyer", "name": "A. Meyer"}
    assert manifest["cases"] == packed.cases
    assert manifest["study_id"] == study.facts["study_id"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == [
        "main.duckdb", "main.duckdb.wal", "main.log.jsonl", "mine.hlhpack",
    ]  # fmt: skip


def test_the_log_says_that_it_was_written_and_how_its_log_began(study, tmp_path):
    packed = pack(study, COORDINATOR, "a-meyer", tmp_path / "mine.hlhpack")
    last = entries(study)[-1]
    assert last.action == "pack_written"
    assert {key: last.payload[key] for key in ("pack_id", "reader", "cases", "entries", "head", "sealed")} == {
        "pack_id": packed.pack_id,
        "reader": {"id": "a-meyer", "name": "A. Meyer"},
        "cases": packed.cases,
        "entries": 1,
        "head": packed.head,
        "sealed": False,
    }


def test_packing_deals_first_where_nothing_was_dealt(study, tmp_path):
    pack(study, COORDINATOR, "a-meyer", tmp_path / "mine.hlhpack")
    assert [entry.action for entry in entries(study)][-4:] == ["cases_dealt"] * 3 + ["pack_written"]


def test_entry_one_says_that_it_is_a_pack_and_whose(study, tmp_path):
    with open_study(unpacked(study, MEYER, tmp_path / "m")) as mine:
        (first,) = entries(mine)
        assert first.action == "study_created"
        assert (first.actor, first.actor_name) == ("coordinator", "coordinator")
        says = dict(first.payload["pack"])
        assert len(says.pop("charted_hash")) == 64
        assert says == {
            "pack_id": conduct_of(study).dealt[0].pack_id,
            "study_id": study.facts["study_id"],
            "reader": {"id": "a-meyer", "name": "A. Meyer", "public_key": None},
            "cases": len(conduct_of(study).dealt[0].cases),
            "until": 28.0,
        }
        assert first.payload["protocol"]["hash"] == study.protocol_document.hash
        assert first.payload["criteria"]["toml"] == study.criteria_document.toml
        assert mine.facts["pack_reader"] == "A. Meyer"
        assert mine.facts["study_id"] != study.facts["study_id"]
        assert mine.synthetic
        assert verify(mine).ok


def test_nothing_after_the_evidence_cut_off_leaves(study, tmp_path):
    reader = one_with(study, "HLH-001")
    code = code_of(study, "HLH-001", reader.id)
    with open_study(unpacked(study, reader, tmp_path / "r")) as mine:
        seen = chart(mine, code)
    assert seen.patient.last_contact_day == 28
    assert [each.day for each in seen.observations] == [-1, 3, 7.5, 28]
    assert [(each.drug, each.start_day, each.end_day) for each in seen.exposures] == [
        ("dexamethasone", -5, 20),
        ("emapalumab", 0, 0),
        ("ruxolitinib", 2, None),
    ]
    assert [(each.kind, each.day, each.end_day) for each in seen.events] == [
        ("infection", 12, 28),
        ("transfusion", 13, None),
    ]
    assert [each.day for each in seen.notes] == [2]


def test_a_patient_who_was_last_seen_before_the_cut_off_keeps_that_day(study, tmp_path):
    reader = one_with(study, "HLH-004")
    code = code_of(study, "HLH-004", reader.id)
    with open_study(unpacked(study, reader, tmp_path / "r")) as mine:
        assert chart(mine, code).patient.last_contact_day == 12.5


@pytest.mark.parametrize(("patient", "age"), [("HLH-002", 89), ("HLH-003", 90), ("HLH-004", 90)])
def test_ages_above_89_are_90(study, tmp_path, patient, age):
    reader = one_with(study, patient)
    code = code_of(study, patient, reader.id)
    with open_study(unpacked(study, reader, tmp_path / "r")) as mine:
        assert chart(mine, code).patient.age_years == age


def test_identity_site_sources_authors_and_attributes_without_a_place_in_a_table_stay_behind(study, tmp_path):
    reader = one_with(study, "HLH-001")
    code = code_of(study, "HLH-001", reader.id)
    with open_study(unpacked(study, reader, tmp_path / "r")) as mine:
        seen = chart(mine, code)
        assert seen.patient.site is None
        assert seen.patient.attributes == {"prior_etoposide": "yes"}
        assert {each.source_ref for each in (*seen.observations, *seen.exposures, *seen.events)} == {None}
        assert {each.source_row for each in seen.observations} == {None}
        assert {each.author for each in seen.notes} == {None}
        for table in ("identity", "source"):
            assert mine.rows(f"SELECT count(*) FROM {table}") == [(0,)]
        for table in ("patient", "observation", "exposure", "event", "note"):
            assert mine.rows(f"SELECT count(row_hash), count(source_id), count(source_row) FROM {table}") == [(0, 0, 0)]


def test_patient_ids_in_free_text_become_codes_and_doses_stay(study, tmp_path):
    reader = one_with(study, "HLH-001")
    code = code_of(study, "HLH-001", reader.id)
    with open_study(unpacked(study, reader, tmp_path / "r")) as mine:
        seen = chart(mine, code)
    assert seen.notes[0].text == f"{code} ({code}): fever gone, unlike [another patient]; 12 mg given."
    assert seen.events[0].term == f"pneumonia of {code}"


def test_c13_no_byte_of_a_pack_tells_of_another_reader_of_a_patient_or_of_the_deal(study, tmp_path):
    """Others have decided, in the study and in their packs, before this pack is written."""
    decide(study, OKAFOR, Decision("HLH-001", "NR", "settled by telephone", confidence="low"))
    deal(study, COORDINATOR)
    theirs = unpacked(study, BIANCHI, tmp_path / "b")
    read_all(theirs, BIANCHI, "PR")
    assert [each.outcome for each in merge(study, COORDINATOR, [theirs])] == ["merged"]
    append(study, COORDINATOR, "exported", payload={"folder": "settled by telephone"})
    packed = pack(study, COORDINATOR, "a-meyer", tmp_path / "a-meyer.hlhpack")
    opened = unpack(packed.file).study
    with open_study(opened) as mine:
        tables = [name for (name,) in mine.rows("SELECT table_name FROM duckdb_tables()")]
        text = "\n".join(str(mine.rows(f'SELECT * FROM "{table}"')) for table in tables)
    whole = [packed.file.read_bytes(), *(path.read_bytes() for path in tmp_path.glob("a-meyer.*"))]
    with zipfile.ZipFile(packed.file) as file:
        whole += [file.read(name) for name in file.namelist()]
    assert len(whole) == 7
    for word in FOREIGN:
        if word in study.protocol_document.toml + study.criteria_document.toml:
            continue
        assert word not in text, word
        assert not any(word.encode() in content for content in whole), word
    for category in ("PR", "NR"):
        assert not any(f'"category":"{category}"'.encode() in content for content in whole)


def test_a_pack_that_is_opened_lists_the_readers_cases_in_their_order_and_nobody_elses(study, tmp_path):
    with open_study(unpacked(study, MEYER, tmp_path / "m")) as mine:
        listed = cases(mine, MEYER.id)
        assert [row.patient_id for row in listed] == [code for code, *_ in conduct_of(study).dealt[0].cases]
        assert {row.mine for row in listed} == {None}
        assert list(conduct_of(mine).people) == ["a-meyer"]
        decide(mine, MEYER, Decision("C001", "CR", ""))
        assert cases(mine, MEYER.id)[0].mine == "CR"
        assert final_categories(mine)["C001"].source == "undecided"


def test_c13_results_stay_closed_in_a_pack_and_nobody_else_decides_in_it(study, tmp_path):
    from hlh_tui.review.conduct.blinding import require_results

    with open_study(unpacked(study, MEYER, tmp_path / "m")) as mine:
        with pytest.raises(Blinded, match="tables stay closed in a pack"):
            require_results(mine, "tables")
        with pytest.raises(NotAllowed, match=r"L\. Bianchi has no role in this study"):
            decide(mine, BIANCHI, Decision("C001", "CR", ""))
        with pytest.raises(DealRefused, match="is a pack; the coordinator deals in the study that it came from"):
            deal(mine, MEYER)


def test_a_decision_lies_within_what_the_reader_could_see(study, tmp_path):
    reader = one_with(study, "HLH-001")
    code = code_of(study, "HLH-001", reader.id)
    with (
        open_study(unpacked(study, reader, tmp_path / "m")) as mine,
        pytest.raises(DecisionRefused, match="give a day from 0 to 28"),
    ):
        decide(mine, reader, Decision(code, "CR", "", day=29))


def test_the_second_copy_is_refused_until_it_is_asked_for_and_for_good_once_something_came_back(study, tmp_path):
    mine = unpacked(study, MEYER, tmp_path / "m")
    with pytest.raises(PackRefused, match="is in a pack already; give them that file, or write it once more with"):
        pack(study, COORDINATOR, "a-meyer", tmp_path / "second.hlhpack")
    again = pack(study, COORDINATOR, "a-meyer", tmp_path / "second.hlhpack", again=True)
    assert again.pack_id == conduct_of(study).dealt[0].pack_id
    read_all(mine, MEYER)
    merge(study, COORDINATOR, [mine])
    with pytest.raises(PackRefused, match="a new copy could not go on from them"):
        pack(study, COORDINATOR, "a-meyer", tmp_path / "third.hlhpack", again=True)


def test_what_is_in_the_way_of_a_pack_is_said(study, tmp_path):
    with pytest.raises(PackRefused, match=r"nobody is not registered; add them with hlh-tui reader add main\.duckdb"):
        pack(study, COORDINATOR, "nobody")
    with pytest.raises(PackRefused, match=r"C\. Ordinator is coordinator, and packs are for readers"):
        pack(study, COORDINATOR, "c-ordinator")
    with pytest.raises(NotAllowed, match="only a coordinator may write packs"):
        pack(study, MEYER, "a-meyer")
    with pytest.raises(PackRefused, match="there is no folder"):
        pack(study, COORDINATOR, "a-meyer", tmp_path / "nowhere" / "x.hlhpack")
    (tmp_path / "taken.hlhpack").write_text("mine")
    with pytest.raises(PackRefused, match="exists already; choose another name with -o"):
        pack(study, COORDINATOR, "a-meyer", tmp_path / "taken.hlhpack")
    assert (tmp_path / "taken.hlhpack").read_text() == "mine"
    assert "pack_written" not in {entry.action for entry in entries(study)}


def test_the_options_chosen_for_the_study_hold_in_its_packs(study, tmp_path):
    from hlh_tui.assess.reading import choose_reading, study_reading

    choose_reading(study, COORDINATOR, {"missing": "best"}, "Bianchi prefers it")
    with open_study(unpacked(study, MEYER, tmp_path / "m")) as mine:
        assert study_reading(mine).options == study_reading(study).options
        assert "Bianchi" not in str(entries(mine)[1].payload)
        assert verify(mine).entries == 2
