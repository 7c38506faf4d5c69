"""What a reader does with the file they get: open it once, go on with it, send it back."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hlh_tui.cli import open_verb
from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.errors import FileRefused, PackRefused
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.packing import pack
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.review.packs.whose import reader_of
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.public_keys import public_text
from hlh_tui.review.state import current_decisions
from hlh_tui.study.errors import DamagedStudy
from hlh_tui.study.file import open_study
from hlh_tui.study.models import Actor
from hlh_tui.study.recover import recover
from hlh_tui.study.verify import verify
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, read_all, unpacked
from tests.review.small_study import small_study


def new_key(reader: Actor) -> Key:
    """A key of that reader, opened; it never was on a disk, which takes seconds."""
    private = Ed25519PrivateKey.generate()
    return Key(reader.id, reader.name, public_text(private.public_key().public_bytes_raw()), private)


@pytest.fixture
def packed(study, tmp_path):
    """A pack of A. Meyer in a folder of its own."""
    (tmp_path / "m").mkdir()
    return pack(study, COORDINATOR, "a-meyer", tmp_path / "m" / "a-meyer.hlhpack").file


def test_a_pack_is_unpacked_beside_itself_and_stays_where_it_is(packed):
    found = unpack(packed)
    assert (found.study.name, found.reader, found.reader_name, found.begun) == (
        "a-meyer.duckdb", "a-meyer", "A. Meyer", False,
    )  # fmt: skip
    assert sorted(path.name for path in packed.parent.iterdir()) == [
        "a-meyer.duckdb", "a-meyer.hlhpack", "a-meyer.log.jsonl",
    ]  # fmt: skip
    assert stat.S_IMODE(found.study.stat().st_mode) == 0o600


def test_opening_the_pack_again_goes_on_with_the_reading_that_was_begun(packed):
    mine = unpack(packed).study
    with open_study(mine) as opened:
        decide(opened, MEYER, Decision("C001", "CR", ""))
    again = unpack(packed)
    assert (again.study, again.begun) == (mine, True)
    with open_study(again.study) as opened:
        assert opened.head[0] == 2


def test_a_study_of_that_name_that_is_not_the_packs_is_never_written_over(packed):
    small_study(packed.with_name("a-meyer.duckdb")).close()
    before = packed.with_name("a-meyer.duckdb").read_bytes()
    with pytest.raises(PackRefused, match=r"is there already and is not of a-meyer\.hlhpack; move one of the two"):
        unpack(packed)
    assert packed.with_name("a-meyer.duckdb").read_bytes() == before


def test_another_copy_of_the_same_pack_is_told_apart_from_the_one_that_was_begun(study, packed):
    mine = unpack(packed).study
    read_all(mine, MEYER)
    other = pack(study, COORDINATOR, "a-meyer", packed.with_name("other.hlhpack"), again=True).file
    packed.unlink()
    other.rename(packed)
    with pytest.raises(PackRefused, match="is another copy of the same pack"):
        unpack(packed)


def test_a_lost_database_comes_back_from_the_pack_and_its_decisions_from_the_log_beside_it(packed):
    mine = unpack(packed).study
    read_all(mine, MEYER, "PR")
    mine.unlink()
    with pytest.raises(DamagedStudy):
        open_study(mine)
    assert unpack(packed).begun
    with pytest.raises(DamagedStudy, match="run hlh-tui recover"):
        open_study(mine)
    assert recover(mine, MEYER).what.startswith("entries 2 to ")
    with open_study(mine) as opened:
        assert verify(opened).ok
        assert opened.facts["pack_reader"] == "A. Meyer"
        assert {
            json.loads(row[0])["category"] for row in opened.rows("SELECT payload FROM log WHERE action = 'decided'")
        } == {"PR"}


def test_a_reader_whose_computer_is_lost_goes_on_from_the_pack_and_the_last_return(study, packed, tmp_path):
    mine = unpack(packed).study
    read_all(mine, MEYER, "PR")
    with open_study(mine) as opened:
        file = write_return(opened).file
    merge(study, COORDINATOR, [file])
    (tmp_path / "new").mkdir()
    for each in (packed, file):
        shutil.copy(each, tmp_path / "new")
    again = unpack(tmp_path / "new" / packed.name)
    assert again.begun
    recover(again.study, MEYER)
    with open_study(again.study) as opened:
        assert {one.category for one in current_decisions(opened)} == {"PR"}
        decide(opened, MEYER, Decision("C001", "NR", "seen anew"))
    (merged,) = merge(study, COORDINATOR, [again.study])
    assert (merged.outcome, merged.entries) == ("merged", 2)
    assert sorted({one.category for one in current_decisions(study)}) == ["NR", "PR"]


def test_a_return_of_another_copy_beside_a_pack_is_left_alone(study, packed, tmp_path):
    mine = unpack(packed).study
    read_all(mine, MEYER, "PR")
    (tmp_path / "new").mkdir()
    other = pack(study, COORDINATOR, "a-meyer", tmp_path / "new" / "a-meyer.hlhpack", again=True).file
    with open_study(mine) as opened:
        write_return(opened, tmp_path / "new" / "a-meyer.hlhreturn")
    again = unpack(other)
    assert not again.begun
    with open_study(again.study) as opened:
        assert opened.head[0] == 1


def test_a_recovered_pack_is_merged_all_the_same(study, packed):
    mine = unpack(packed).study
    read_all(mine, MEYER, "PR")
    mine.unlink()
    unpack(packed)
    recover(mine, MEYER)
    (merged,) = merge(study, COORDINATOR, [mine])
    assert merged.outcome == "merged"
    assert study.rows("SELECT payload ->> '$.action' FROM log WHERE action = 'pack_entry'") == [("entries_recovered",)]


def test_recovering_a_pack_without_its_file_says_where_the_charts_are(packed):
    mine = unpack(packed).study
    mine.unlink()
    with pytest.raises(HlhError, match=r"the charts of a pack .* put them back with hlh-tui open FILE\.hlhpack"):
        recover(mine, MEYER)


def test_a_pack_that_did_not_arrive_whole_leaves_nothing_behind(packed):
    content = packed.read_bytes()
    for share in (0.2, 0.9):
        packed.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(FileRefused, match=r"a-meyer\.hlhpack is damaged"):
            unpack(packed)
    assert [path.name for path in packed.parent.iterdir()] == ["a-meyer.hlhpack"]


def test_a_pack_with_another_database_in_it_is_damaged(packed, tmp_path):
    with zipfile.ZipFile(packed) as found:
        members = {name: found.read(name) for name in found.namelist()}
    small_study(tmp_path / "evil.duckdb").close()
    members["study.duckdb"] = (tmp_path / "evil.duckdb").read_bytes()
    with zipfile.ZipFile(packed, "w") as changed:
        for name, content in members.items():
            changed.writestr(name, content)
    with pytest.raises(FileRefused, match=r"its study\.duckdb is not the one that was packed"):
        unpack(packed)
    assert [path.name for path in packed.parent.iterdir()] == ["a-meyer.hlhpack"]


def test_names_in_a_pack_lead_nowhere(packed):
    with zipfile.ZipFile(packed) as found:
        members = {name: found.read(name) for name in found.namelist()}
    for name in ("../study.duckdb", "/tmp/study.duckdb", "manifest.json/../x", "extra.txt"):
        with zipfile.ZipFile(packed, "w") as changed:
            for member, content in {**members, name: b"x"}.items():
                changed.writestr(member, content)
        with pytest.raises(FileRefused, match="is a zip file but not a pack"):
            unpack(packed)
    assert [path.name for path in packed.parent.iterdir()] == ["a-meyer.hlhpack"]


def test_a_text_and_a_sealed_pack_are_told_apart(tmp_path):
    (tmp_path / "a.hlhpack").write_text("hello")
    with pytest.raises(FileRefused, match=r"a\.hlhpack is not a pack"):
        unpack(tmp_path / "a.hlhpack")
    (tmp_path / "a.hlhpack").write_bytes(b"age-encryption.org/v1\n")
    with pytest.raises(FileRefused, match="is sealed; open it first with hlh-tui unseal"):
        unpack(tmp_path / "a.hlhpack")


def test_a_pack_is_opened_as_its_reader_and_as_nobody_else(packed, tmp_path):
    mine = unpack(packed).study
    assert reader_of(mine) == ("a-meyer", "A. Meyer")
    assert open_verb.who_opens(mine, None) == MEYER
    assert open_verb.who_opens(mine, "a. meyer") == MEYER
    with pytest.raises(HlhError, match=r"a-meyer\.duckdb is the pack of A\. Meyer; open it without --reader"):
        open_verb.who_opens(mine, "L. Bianchi")
    small_study(tmp_path / "small.duckdb").close()
    assert reader_of(tmp_path / "small.duckdb") is None
    assert reader_of(tmp_path / "nowhere.duckdb") is None
    assert open_verb.who_opens(tmp_path / "small.duckdb", "L. Bianchi") == BIANCHI


def test_a_return_says_how_far_the_reader_came_and_takes_the_place_of_the_last_one(packed):
    mine = unpack(packed).study
    with open_study(mine) as opened:
        decide(opened, MEYER, Decision("C001", "CR", ""))
    with open_study(mine, read_only=True) as opened:
        first = write_return(opened)
    assert (first.file.name, first.decided, first.entries, first.signed) == ("a-meyer.hlhreturn", 1, 2, False)
    assert first.cases > 5
    with open_study(mine) as opened:
        decide(opened, MEYER, Decision("C002", "CR", ""))
        second = write_return(opened)
    assert (second.file, second.decided) == (first.file, 2)
    assert stat.S_IMODE(second.file.stat().st_mode) == 0o600


def test_the_same_log_gives_the_same_bytes(packed, tmp_path):
    with open_study(unpack(packed).study) as opened:
        one = write_return(opened, tmp_path / "one.hlhreturn").file
        two = write_return(opened, tmp_path / "two.hlhreturn").file
    assert one.read_bytes() == two.read_bytes()


def test_a_return_is_written_over_nothing_else(packed):
    mine = unpack(packed).study
    packed.with_name("a-meyer.hlhreturn").write_text("my notes")
    with open_study(mine) as opened, pytest.raises(PackRefused, match="exists already; choose another name with -o"):
        write_return(opened)
    assert packed.with_name("a-meyer.hlhreturn").read_text() == "my notes"


def test_only_a_pack_is_returned(study):
    with pytest.raises(PackRefused, match=r"main\.duckdb is not a pack"):
        write_return(study)


def test_a_return_holds_no_charts(packed):
    with open_study(unpack(packed).study) as opened:
        decide(opened, MEYER, Decision("C001", "CR", ""))
        file = write_return(opened).file
    with zipfile.ZipFile(file) as found:
        assert sorted(found.namelist()) == ["log.jsonl", "manifest.json"]
        assert b"ferritin" not in found.read("manifest.json")
        (line,) = found.read("log.jsonl").splitlines()[1:]
        assert json.loads(line)["action"] == "decided"


@pytest.fixture
def key():
    """A. Meyer's key, opened."""
    return new_key(MEYER)


def test_a_return_signed_with_the_registered_key_is_merged_as_signed(study, tmp_path, key):
    register(study, COORDINATOR, MEYER, "reader", "has a key now", key.public_key)
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    with open_study(mine) as opened:
        file = write_return(opened, key=key).file
    (merged,) = merge(study, COORDINATOR, [file])
    assert (merged.outcome, merged.signed, merged.why) == ("merged", True, "")
    assert json.loads(study.rows("SELECT payload FROM log ORDER BY seq DESC LIMIT 1")[0][0])["signed"] is True


def test_without_a_registered_key_a_return_is_taken_and_said_to_be_unsigned(study, tmp_path, key):
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    with open_study(mine) as opened:
        file = write_return(opened, key=key).file
    (merged,) = merge(study, COORDINATOR, [file])
    assert (merged.outcome, merged.signed) == ("merged", False)
    assert merged.why == "it is not signed, for no key of A. Meyer is registered"


def test_with_a_registered_key_nothing_else_is_taken(study, tmp_path, key):
    register(study, COORDINATOR, MEYER, "reader", "has a key now", key.public_key)
    mine = unpacked(study, MEYER, tmp_path / "m")
    read_all(mine, MEYER)
    with open_study(mine) as opened:
        signed = write_return(opened, tmp_path / "signed.hlhreturn", key=key).file
        unsigned = write_return(opened, tmp_path / "unsigned.hlhreturn").file
        stranger = write_return(opened, tmp_path / "stranger.hlhreturn", key=new_key(MEYER)).file
    with zipfile.ZipFile(signed) as found:
        members = {name: found.read(name) for name in found.namelist()}
    outcomes = [unsigned, stranger, mine]
    for number, signature in enumerate(
        (b"", b"{}", b'{"signature": 5}', b'{"signature": "AAAA"}', b"\xff", b"[" * 9999)
    ):
        outcomes.append(tmp_path / f"bad{number}.hlhreturn")
        with zipfile.ZipFile(outcomes[-1], "w") as changed:
            for name, content in {**members, "signature.json": signature}.items():
                changed.writestr(name, content)
    head = study.head
    for each in merge(study, COORDINATOR, outcomes):
        assert (each.outcome, each.kind) == ("refused", "bad_signature"), each
    assert study.head == head
    assert merge(study, COORDINATOR, [signed])[0].signed


def test_a_key_of_somebody_else_signs_no_return(packed):
    with (
        open_study(unpack(packed).study) as opened,
        pytest.raises(PackRefused, match=r"the key is of L\. Bianchi, and the pack of A\. Meyer; sign with theirs"),
    ):
        write_return(opened, key=new_key(BIANCHI))


def test_a_pack_sealed_to_the_readers_key_opens_with_it_alone(study, tmp_path, key):
    from hlh_tui.study.seal import OpenWith
    from hlh_tui.study.sealed_files import unseal_file

    register(study, COORDINATOR, MEYER, "reader", "has a key now", key.public_key)
    packed = pack(study, COORDINATOR, "a-meyer", to=[key.public_key])
    assert packed.file.name == "a-meyer.hlhpack.age"
    assert packed.sealed
    assert b"study.duckdb" not in packed.file.read_bytes()
    plain = unseal_file(packed.file, OpenWith(identities=(key.identity(),)))
    assert plain.name == "a-meyer.hlhpack"
    assert unpack(plain).reader == "a-meyer"
    assert json.loads(study.rows("SELECT payload FROM log ORDER BY seq DESC LIMIT 1")[0][0])["sealed"] is True


def test_a_sealed_return_comes_back_by_unsealing_it(study, packed):
    from hlh_tui.study.seal import OpenWith
    from hlh_tui.study.sealed_files import unseal_file

    theirs = new_key(COORDINATOR)
    mine = unpack(packed).study
    read_all(mine, MEYER)
    with open_study(mine) as opened:
        first = write_return(opened, to=[theirs.public_key]).file
        file = write_return(opened, to=[theirs.public_key]).file
    assert file == first
    assert file.name == "a-meyer.hlhreturn.age"
    assert merge(study, COORDINATOR, [file])[0].kind == "sealed"
    plain = unseal_file(file, OpenWith(identities=(theirs.identity(),)))
    assert merge(study, COORDINATOR, [plain])[0].outcome == "merged"


def test_an_unusable_recipient_leaves_no_pack_and_no_entry(study, tmp_path):
    head = study.head
    with pytest.raises(HlhError, match="is no recipient"):
        pack(study, COORDINATOR, "a-meyer", tmp_path / "x.hlhpack.age", to=["somebody"])
    assert not (tmp_path / "x.hlhpack.age").exists()
    assert study.rows("SELECT count(*) FROM log WHERE action = 'pack_written'") == [(0,)]
    assert study.head[0] == head[0] + 3
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["Ö. Çelik-Ünal", "陳 大文", "../../x", "a/b", "x" * 300, "'; DROP TABLE log; --"])
def test_readers_with_odd_names_get_a_file_in_the_right_folder(study, tmp_path, name):
    from hlh_tui.cli.reader import reader_from

    odd = reader_from(name)
    register(study, COORDINATOR, odd, "reader", "reads too")
    made = pack(study, COORDINATOR, odd.id)
    assert made.file.parent == tmp_path
    mine = unpack(made.file)
    assert mine.study.parent == tmp_path
    assert (mine.reader, mine.reader_name) == (odd.id, odd.name)
    read_all(mine.study, Actor(mine.reader, mine.reader_name))
    assert merge(study, COORDINATOR, [mine.study])[0].outcome == "merged"


def test_a_copy_of_the_pack_under_another_name_is_opened_as_another_copy(packed):
    first = unpack(packed).study
    second = unpack(packed.with_name(shutil.copy(packed, packed.with_name("copy.hlhpack")).name)).study
    assert (first.name, second.name) == ("a-meyer.duckdb", "copy.duckdb")


def test_asking_whose_pack_a_study_is_loads_no_database_engine(packed):
    mine = unpack(packed).study
    code = (
        "import sys; from pathlib import Path; from hlh_tui.cli import open_verb;"
        "print(open_verb.who_opens(Path(sys.argv[1]), None).name, [m for m in sys.modules if 'duckdb' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(mine)], capture_output=True, text=True, check=True)
    assert done.stdout == "A. Meyer []\n"
