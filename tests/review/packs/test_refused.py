"""Every way in which a file from outside is wrong is named, and nothing of it is recorded."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from hlh_tui.protocol import load
from hlh_tui.review.conduct.locks import lock
from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.limits import limits
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.packing import pack
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.review.undo import undo
from hlh_tui.study.adopt import adopt_criteria
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import append, canonical_json, entry_hash, log_rows
from hlh_tui.study.mirror import mirror_line
from hlh_tui.study.models import Actor
from hlh_tui.study.places import places
from hlh_tui.study.rebuild import make_database
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, blinded_study, copied, read_all, unpacked


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """A closed study, the pack of A. Meyer, and what they returned: two decisions, one changed and changed back."""
    folder = tmp_path_factory.mktemp("prepared")
    with blinded_study(folder / "main.duckdb") as made:
        mine = unpacked(made, MEYER, folder / "m")
    with open_study(mine) as pack:
        decide(pack, MEYER, Decision("C001", "CR", "fever gone", day=7))
        decide(pack, MEYER, Decision("C002", "PR", "spleen smaller"))
        decide(pack, MEYER, Decision("C002", "NR", "spleen was the same"))
        undo(pack, MEYER, reason="a slip")
        write_return(pack)
    return folder


@pytest.fixture
def study(prepared, tmp_path) -> Iterator[Study]:
    """A copy of the study that the pack is of."""
    with open_study(copied(prepared / "main.duckdb", tmp_path)) as study:
        yield study


@pytest.fixture
def file(prepared, tmp_path) -> Path:
    """A copy of the return."""
    return Path(shutil.copy(prepared / "m" / "a-meyer.hlhreturn", tmp_path))


@pytest.fixture
def mine(prepared, tmp_path) -> Path:
    """The pack as it went out, unpacked in a folder of its own."""
    (tmp_path / "mine").mkdir()
    return unpack(Path(shutil.copy(prepared / "m" / "a-meyer.hlhpack", tmp_path / "mine"))).study


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def written(file: Path, contents: dict[str, bytes], name: str = "other.hlhreturn") -> Path:
    target = file.with_name(name)
    with zipfile.ZipFile(target, "w") as packed:
        for member, content in contents.items():
            packed.writestr(member, content)
    return target


def rebuilt(file: Path, change, *, manifest: dict[str, object] | None = None, cut: int = 0) -> Path:
    """The return with each entry after the first changed by ``change`` and the whole chain and manifest made anew."""
    found = members(file)
    lines = [json.loads(line) for line in found["log.jsonl"].splitlines()]
    prev, out = lines[0]["hash"], [found["log.jsonl"].splitlines()[0]]
    for entry in lines[1 : len(lines) - cut]:
        change(entry)
        entry["prev_hash"] = prev
        fields = {name: entry[name] for name in entry if name not in ("hash", "prev_hash")}
        entry["hash"] = prev = entry_hash(prev_hash=entry["prev_hash"], **fields)
        head = {name: entry[name] for name in ("seq", "recorded_at", "actor", "actor_name", "action", "patient_id")}
        start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
        rest = f',"payload":{canonical_json(entry["payload"])},"prev_hash":"{entry["prev_hash"]}","hash":"{prev}"}}'
        out.append((start + rest).encode())
    log = b"".join(line + b"\n" for line in out)
    said = json.loads(found["manifest.json"])
    said |= {"entries": len(out), "head": prev, "log_sha256": hashlib.sha256(log).hexdigest()} | (manifest or {})
    return written(file, {"manifest.json": json.dumps(said).encode(), "log.jsonl": log})


def refused(study, file: Path) -> tuple[str, str]:
    """Kind and sentence of the refusal; the log stays as it was and the sentence is one line."""
    head = study.head
    (found,) = merge(study, COORDINATOR, [file])
    assert found.outcome == "refused"
    assert study.head == head
    assert "\n" not in found.why
    return found.kind, found.why


def test_the_rebuilding_of_this_test_gives_a_return_that_is_merged(study, file):
    assert merge(study, COORDINATOR, [rebuilt(file, lambda entry: None)])[0].entries == 4


def test_text_and_other_files_are_no_packs(study, tmp_path):
    for name, content in {"a.txt": b"Dear coordinator", "empty.hlhreturn": b"", "b.png": b"\x89PNG\r\n"}.items():
        (tmp_path / name).write_bytes(content)
        kind, why = refused(study, tmp_path / name)
        assert kind == "not_a_pack"
        assert why == f"{name} is not what a reader returned with hlh-tui return; name the file that hlh-tui wrote"


def test_a_folder_and_a_missing_file_are_said_to_be_unreadable(study, tmp_path):
    (tmp_path / "folder").mkdir()
    assert "cannot be read (Is a directory)" in refused(study, tmp_path / "folder")[1]
    assert "cannot be read (No such file or directory)" in refused(study, tmp_path / "gone")[1]


def test_another_zip_and_the_pack_that_went_out_are_not_returns(study, mine, tmp_path):
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as photos:
        photos.writestr("../../etc/passwd", "root")
    assert refused(study, tmp_path / "photos.zip")[0] == "not_a_pack"
    assert not (tmp_path.parent.parent / "etc").exists()
    kind, why = refused(study, mine.with_name("a-meyer.hlhpack"))
    assert kind == "not_a_pack"
    assert "is the pack as it went out; name what the reader returned" in why


def test_a_study_that_is_no_pack_and_a_database_that_is_no_study_are_refused(study, tmp_path):
    blinded_study(tmp_path / "other.duckdb").close()
    assert refused(study, tmp_path / "other.duckdb") == (
        "not_a_pack",
        "other.duckdb is not from a pack; name what a reader returned with hlh-tui return",
    )
    assert "is the study itself" in refused(study, study.path)[1]


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_flipped_byte_anywhere_in_the_file_is_noticed(study, file, at):
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 0x10
    changed = file.with_name("flipped.hlhreturn")
    changed.write_bytes(content)
    assert refused(study, changed)[0] in ("damaged", "not_a_pack", "altered")


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_file_that_did_not_arrive_whole_is_damaged(study, file, share):
    content = file.read_bytes()
    cut = file.with_name("cut.hlhreturn")
    cut.write_bytes(content[: int(len(content) * share)])
    kind, why = refused(study, cut)
    assert kind == "damaged"
    assert why.startswith("cut.hlhreturn is damaged (")
    assert why.endswith("ask for it again")


def test_c6_a_changed_word_in_an_entry_is_named_by_its_number(study, file):
    found = members(file)
    found["log.jsonl"] = found["log.jsonl"].replace(b'"reason":"fever gone"', b'"reason":"fever back"')
    assert refused(study, written(file, found)) == (
        "altered",
        "other.hlhreturn was altered: entry 2 was changed: its content does not give its hash",
    )


def test_a_deleted_a_doubled_and_a_swapped_entry_are_found(study, file):
    found = members(file)
    lines = found["log.jsonl"].splitlines(keepends=True)
    for changed in ([*lines[:2], *lines[3:]], [*lines[:2], lines[1], *lines[2:]], [lines[0], lines[2], lines[1]]):
        found["log.jsonl"] = b"".join(changed)
        assert refused(study, written(file, found))[0] == "altered"


def test_a_log_shorter_than_its_manifest_says_was_truncated(study, file):
    found = members(file)
    found["log.jsonl"] = b"".join(found["log.jsonl"].splitlines(keepends=True)[:-2])
    assert refused(study, written(file, found)) == (
        "truncated",
        "other.hlhreturn was truncated: it says that it has 5 entries and holds 3; ask for it again",
    )


def test_a_cut_last_line_was_truncated(study, file):
    found = members(file)
    found["log.jsonl"] = found["log.jsonl"][:-20]
    assert refused(study, written(file, found))[0] == "truncated"


def test_a_study_file_with_less_than_was_merged_was_truncated(study, mine, tmp_path):
    early = copied(mine, tmp_path / "early")
    read_all(mine, MEYER)
    merge(study, COORDINATOR, [mine])
    kind, why = refused(study, early)
    assert kind == "truncated"
    assert "was truncated: it holds 1 entry, and " in why
    assert why.endswith(" of this pack are in the study already")


def test_an_entry_changed_after_it_was_merged_is_no_extension(study, file):
    assert merge(study, COORDINATOR, [file])[0].outcome == "merged"

    def better(entry):
        if entry["payload"].get("category") == "CR":
            entry["payload"]["category"] = "PR"

    kind, why = refused(study, rebuilt(file, better))
    assert kind == "diverged"
    assert "its entry 2 is another one" in why


def test_a_pack_of_another_study_is_refused(study, file, tmp_path):
    with blinded_study(tmp_path / "other.duckdb") as other:
        kind, why = refused(other, file)
    assert kind == "other_study"
    assert "is of another study" in why


def test_a_pack_that_this_study_did_not_deal_is_refused(study, tmp_path, file):
    """The study was put back from a backup made before the cases were dealt."""
    (tmp_path / "old").mkdir()
    where = places(tmp_path / "old" / "main.duckdb")
    rows = [row for row in log_rows(study) if row[0] <= 4]
    make_database(where, rows)
    where.mirror.write_bytes(b"".join(map(mirror_line, rows)))
    with open_study(where.database) as old:
        kind, why = refused(old, Path(shutil.copy(file, tmp_path / "old")))
    assert kind == "not_dealt"
    assert "of a pack that this study did not deal" in why


def test_reads_under_other_criteria_are_refused_and_merged_once_those_are_in_force_again(study, file):
    first = study.criteria_document
    newer = load.adopt(first.toml.replace(f'version = "{first.version}"', 'version = "9.0.0"', 1), "newer")
    adopt_criteria(study, COORDINATOR, newer, "a new edition")
    kind, why = refused(study, file)
    assert kind == "other_criteria"
    assert f"was read under criteria locatelli-2020 {first.version}, and the study is under locatelli-2020 9.0.0" in why
    adopt_criteria(study, COORDINATOR, first, "to take over the reads")
    assert merge(study, COORDINATOR, [file])[0].outcome == "merged"


def test_a_reader_who_is_now_an_observer_is_refused(study, file):
    register(study, COORDINATOR, MEYER, "observer", "knows the patients")
    kind, why = refused(study, file)
    assert kind == "unknown_reader"
    assert "A. Meyer, who is observer now" in why


def test_another_name_on_the_cover_is_refused(study, file):
    other = rebuilt(file, lambda entry: None, manifest={"reader": {"id": "l-bianchi", "name": "L. Bianchi"}})
    assert refused(study, other) == (
        "wrong_reader",
        "other.hlhreturn says that it is from L. Bianchi, and its pack is not theirs",
    )


def test_entries_by_somebody_else_are_refused(study, file):
    def by_another(entry):
        entry |= {"actor": "l-bianchi", "actor_name": "L. Bianchi"}

    kind, why = refused(study, rebuilt(file, by_another))
    assert kind == "wrong_reader"
    assert "entry 2 of its log (decided) is by L. Bianchi, and the pack was dealt to A. Meyer" in why


def test_a_second_copy_of_the_pack_that_was_written_is_known_by_its_own_head(study, file, tmp_path):
    again = unpack(pack(study, COORDINATOR, "a-meyer", tmp_path / "again.hlhpack", again=True).file).study
    read_all(again, MEYER)
    assert merge(study, COORDINATOR, [again])[0].outcome == "merged"
    assert refused(study, file)[0] == "diverged"


def test_a_pack_with_another_beginning_than_was_given_out_is_altered(study, file):
    found = members(file)
    lines = found["log.jsonl"].splitlines()
    first = json.loads(lines[0])
    first["payload"]["pack"]["until"] = 500
    fields = {name: first[name] for name in first if name not in ("hash", "prev_hash")}
    first["hash"] = entry_hash(prev_hash=first["prev_hash"], **fields)
    head = {name: first[name] for name in ("seq", "recorded_at", "actor", "actor_name", "action", "patient_id")}
    start = json.dumps(head, separators=(",", ":"))[:-1]
    rest = f',"payload":{canonical_json(first["payload"])},"prev_hash":"{"0" * 64}","hash":"{first["hash"]}"}}'
    log = (start + rest).encode() + b"\n"
    said = json.loads(found["manifest.json"])
    said |= {"entries": 1, "head": first["hash"], "log_sha256": hashlib.sha256(log).hexdigest()}
    other = written(file, {"manifest.json": json.dumps(said).encode(), "log.jsonl": log})
    assert refused(study, other) == (
        "altered",
        "other.hlhreturn was altered: its log does not begin as the pack that was given out",
    )


def change(**fields):
    """Change the payload of the first decision."""

    def changed(entry):
        if entry["seq"] == 2:
            entry["payload"] |= fields

    return changed


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"role": "consensus"}, "role"),
        ({"role": "adjudicator"}, "role"),
        ({"category": "CURED"}, "has the category 'CURED', which the protocol has not"),
        ({"category": 1}, "Expected `str`"),
        ({"day": "seven"}, "Expected `float"),
        ({"day": 29}, "has day 29, which is after what the reader could see"),
        ({"day": -1}, "day"),
        ({"day": 10**400}, "day"),
        ({"confidence": "medium"}, "confidence"),
        ({"confidence": "low", "reason": " "}, "has no reason, which it needs because the confidence is low"),
        ({"evidence": [{"kind": "x"}]}, "evidence"),
        ({"evidence": "many"}, "evidence"),
        ({"old": {"seq": 2, "category": "CR", "day": None, "confidence": "high", "reason": ""}}, "names entry 2"),
        ({"old": {"seq": 99, "category": "CR", "day": None, "confidence": "high", "reason": ""}}, "names entry 99"),
        ({"criteria": {"id": "x", "version": "1", "hash": "x", "options": {}}}, "under other criteria than the pack's"),
        ({"seen": {"seconds": "long"}}, "seen"),
        ({"seen": []}, "seen"),
        ({"accepted": "1"}, "accepted"),
        ({"seen": {"seconds": 3.0}}, "seen"),
        ({"undoes": "C001"}, "unknown field `undoes`"),
        ({"redoes": 3}, "unknown field `redoes`"),
        ({"pack": {"id": "x", "seq": 1, "hash": "x"}}, "says that it comes from another pack"),
    ],
)
def test_a_decision_that_the_program_would_not_have_taken_is_refused(study, file, fields, says):
    kind, why = refused(study, rebuilt(file, change(**fields)))
    assert kind == "not_acceptable"
    assert "entry 2 of its log (decided)" in why
    assert says in why


def test_c4_a_change_without_a_reason_is_refused_on_merge_too(study, file):
    def silent(entry):
        if entry["seq"] == 4:
            entry["payload"]["reason"] = ""

    kind, why = refused(study, rebuilt(file, silent))
    assert kind == "not_acceptable"
    assert "entry 4 of its log (decided) has no reason, which it needs because it changes your decision PR" in why


@pytest.mark.parametrize("target", [1, 2, 4, 5, 77])
def test_an_undo_of_something_else_than_the_case_it_names_is_refused(study, file, target):
    def of(entry):
        if entry["seq"] == 5:
            entry["payload"]["undoes"] = target

    outcome = merge(study, COORDINATOR, [rebuilt(file, of)])[0]
    assert outcome.outcome == ("merged" if target == 4 else "refused")
    assert target == 4 or f"names entry {target}, which is not one of the reader's for C002" in outcome.why


@pytest.mark.parametrize(
    "action", ["phase_moved", "charts_imported", "criteria_adopted", "person_registered", "locked"]
)
def test_what_no_reader_does_is_refused_by_name(study, file, action):
    def does(entry):
        if entry["seq"] == 3:
            entry["action"] = action

    kind, why = refused(study, rebuilt(file, does))
    assert kind == "not_acceptable"
    assert f"entry 3 of its log ({action}) is nothing that a reader does in a pack" in why


def test_a_case_that_was_not_dealt_in_the_pack_is_refused(study, file):
    def elsewhere(entry):
        entry["patient_id"] = "HLH-001"

    assert "is about 'HLH-001', which was not dealt in this pack" in refused(study, rebuilt(file, elsewhere))[1]


def test_a_locked_study_takes_nothing(study, file):
    lock(study, COORDINATOR, None, "under analysis")
    kind, why = refused(study, file)
    assert kind == "locked"
    assert "the study is locked (under analysis); unlock it with a reason first" in why


def test_a_sealed_file_is_said_to_be_sealed(study, tmp_path):
    (tmp_path / "a.hlhreturn.age").write_bytes(b"age-encryption.org/v1\n-> X25519 abc\n")
    assert refused(study, tmp_path / "a.hlhreturn.age") == (
        "sealed",
        "a.hlhreturn.age is sealed; open it first with hlh-tui unseal a.hlhreturn.age",
    )


def test_a_member_that_unpacks_to_more_than_any_real_one_is_refused_before_it_fills_the_memory(study, file):
    found = members(file)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", b" " * (limits().returned["manifest.json"] + 1))
        packed.writestr("log.jsonl", found["log.jsonl"])
    target = file.with_name("bomb.hlhreturn")
    target.write_bytes(bomb.getvalue())
    assert target.stat().st_size < 50_000
    assert refused(study, target) == (
        "too_large",
        "bomb.hlhreturn is refused: its manifest.json is larger than any that hlh-tui writes",
    )


def test_a_member_that_lies_about_its_size_is_not_read_beyond_it(study, file):
    found = members(file)
    target = written(file, found)
    content = bytearray(target.read_bytes())
    size = len(found["log.jsonl"]).to_bytes(4, "little")
    at = content.rindex(size)
    content[at : at + 4] = (10).to_bytes(4, "little")
    target.write_bytes(content)
    assert refused(study, target)[0] in ("damaged", "truncated", "altered")


def test_an_endless_line_is_refused(study, file, monkeypatch):
    import hlh_tui.review.packs.receiving as receiving

    found = members(file)
    found["log.jsonl"] = b"x" * (limits().log.line + 2_000_000)
    kind, _ = refused(study, written(file, found))
    assert kind == "too_large"
    assert receiving.limits().log.line == 8_000_000


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b"\xff\xfe", b'{"format":"hlh-tui return 2"}', b"[" * 100_000, b'{"format": NaN}']
)
def test_a_manifest_that_is_none_is_damaged(study, file, text):
    found = members(file)
    found["manifest.json"] = text
    kind, why = refused(study, written(file, found))
    assert kind == "damaged"
    assert "manifest.json" in why


@pytest.mark.parametrize("line", [b"null", b"[]", b"{}", b'{"seq":1}', b"[" * 50_000, b"\xff"])
def test_a_line_that_is_no_entry_is_altered(study, file, line):
    found = members(file)
    found["log.jsonl"] = line + b"\n" + found["log.jsonl"]
    assert refused(study, written(file, found))[0] in ("altered", "truncated")


def test_an_entry_with_a_time_that_is_none_or_a_name_that_is_a_number_is_altered(study, file):
    for fields in ({"recorded_at": "yesterday"}, {"recorded_at": "2026-13-45T00:00:00.000000Z"}, {"actor_name": 5}):

        def odd(entry, fields=fields):
            entry |= fields

        assert refused(study, rebuilt(file, odd))[0] == "altered"


def test_a_pack_opened_as_somebody_else_and_written_to_behind_the_programs_back_is_refused(study, mine):
    with open_study(mine) as opened:
        append(opened, BIANCHI, "decided", "C001", {"role": "reader", "category": "CR"})
    assert refused(study, mine)[0] == "wrong_reader"
    with open_study(mine) as opened:
        append(opened, Actor("hlh-tui", "hlh-tui"), "charts_imported", None, {"files": []})
    assert refused(study, mine)[0] == "wrong_reader"


@pytest.mark.parametrize(
    "tables",
    [
        "CREATE TABLE other (x INTEGER)",
        "CREATE TABLE study (key VARCHAR, value VARCHAR); INSERT INTO study VALUES ('schema_version', '1')",
        "CREATE TABLE study AS SELECT 'schema_version' AS key, '1' AS value; CREATE TABLE log AS SELECT 1 AS seq",
        "CREATE TABLE study AS SELECT 'schema_version' AS key, '1' AS value; CREATE VIEW log AS"
        " SELECT 1::BIGINT AS seq, 2 AS recorded_at, 3 AS actor, 4 AS actor_name, 5 AS action, 6 AS patient_id,"
        " 7 AS payload, 8 AS prev_hash, 'x' AS hash",
        "CREATE TABLE study AS SELECT 'schema_version' AS key, '1' AS value; CREATE VIEW log AS"
        " SELECT * FROM read_csv('/etc/passwd')",
    ],
)
def test_a_database_that_only_looks_like_a_pack_is_refused_in_a_sentence(study, tmp_path, tables):
    path = tmp_path / "looks.duckdb"
    with duckdb.connect(path) as made:
        try:
            made.execute(tables)
        except duckdb.Error:
            made.execute("CREATE TABLE other (x INTEGER)")
    path.with_name("looks.log.jsonl").write_text("")
    assert refused(study, path)[0] in ("damaged", "altered")


def test_a_pack_that_is_still_open_elsewhere_is_named_and_left_alone(study, mine):
    with open_study(mine):
        kind, why = refused(study, mine)
    assert kind == "in_use"
    assert "a-meyer.duckdb is open" in why
