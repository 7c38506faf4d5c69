"""A reader's key: sealed with a passphrase, for its user alone, never replaced."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from hlh_tui.review.signatures.errors import KeyRefused, WrongPassphrase
from hlh_tui.review.signatures.keys import create_key, key_folder, key_on_disk, open_key
from hlh_tui.review.signatures.public_keys import require_public_key
from hlh_tui.study.models import Actor
from hlh_tui.study.seal import OpenWith, SealTo, seal_bytes, unseal_bytes
from tests.light_age import light

MEYER = Actor("a-meyer", "A. Meyer")
PHRASE = "seven tall lamps on a quay"


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    light(monkeypatch)
    return tmp_path / "config"


def test_a_key_is_made_found_and_opened(config: Path) -> None:
    made = create_key(MEYER, PHRASE)
    assert made.folder == config / "hlh-tui" / "keys" / "a-meyer"
    assert key_on_disk(MEYER) == made
    assert len(base64.b64decode(made.public_key.removeprefix("ed25519:"))) == 32
    key = open_key(MEYER, PHRASE)
    assert (key.id, key.name, key.public_key) == ("a-meyer", "A. Meyer", made.public_key)
    assert "private" not in repr(key)
    assert unseal_bytes(seal_bytes(b"a pack", SealTo((made.public_key,))), OpenWith((key.identity(),))) == b"a pack"


def test_only_the_user_can_read_it_and_the_private_key_is_nowhere_in_the_clear(config: Path) -> None:
    made = create_key(MEYER, PHRASE)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in made.folder.iterdir()} == {0o600}
    secret = open_key(MEYER, PHRASE).private.private_bytes_raw()
    files = [each for each in config.rglob("*") if each.is_file()]
    assert sorted(each.name for each in files) == ["private.age", "public.json"]
    for each in files:
        content = each.read_bytes()
        assert secret not in content
        assert base64.b64encode(secret)[:40] not in content
        assert b"PRIVATE KEY" not in content


def test_the_real_work_factor_takes_seconds_for_every_guess(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made = create_key(MEYER, PHRASE)
    stanza = (made.folder / "private.age").read_bytes().splitlines()[1].split()
    assert stanza[1] == b"scrypt"
    assert int(stanza[3]) >= 14


def test_a_wrong_passphrase_is_one_sentence() -> None:
    create_key(MEYER, PHRASE)
    with pytest.raises(WrongPassphrase) as refusal:
        open_key(MEYER, "seven tall lamps on a key")
    assert str(refusal.value) == "the passphrase does not open the key of A. Meyer; try again"


def test_a_key_is_never_replaced() -> None:
    made = create_key(MEYER, PHRASE)
    with pytest.raises(KeyRefused, match="a key is never replaced"):
        create_key(MEYER, "another good passphrase")
    assert key_on_disk(MEYER) == made
    assert open_key(MEYER, PHRASE).public_key == made.public_key


def test_a_weak_passphrase_makes_no_key(config: Path) -> None:
    with pytest.raises(KeyRefused, match="at least 12 characters"):
        create_key(MEYER, "hunter2")
    assert not config.exists()


def test_no_key_says_how_to_make_one() -> None:
    with pytest.raises(KeyRefused, match=r"make one with hlh-tui reader create 'A\. Meyer'"):
        open_key(MEYER, PHRASE)


@pytest.mark.parametrize("reader_id", ["../../etc", "..", ".", "/", "a/b", "", "x" * 300, "名" * 90, "nul\0"])
def test_odd_ids_stay_in_the_folder(config: Path, reader_id: str) -> None:
    folder = key_folder(reader_id)
    assert folder.parent == config / "hlh-tui" / "keys"
    assert len(folder.name.encode()) <= 200
    assert folder.name.startswith("reader-")


def test_a_name_of_another_script_is_its_own_folder(config: Path) -> None:
    made = create_key(Actor("王-芳", "王 芳"), PHRASE)
    assert made.folder.name == "王-芳"
    assert key_on_disk(Actor("王-芳", "王 芳")).name == "王 芳"


@pytest.mark.parametrize(
    "what", ["private gone", "private garbled", "public gone", "public garbled", "swapped", "huge"]
)
def test_a_changed_key_is_refused(what: str) -> None:
    made = create_key(MEYER, PHRASE)
    private, public = made.folder / "private.age", made.folder / "public.json"
    other = create_key(Actor("l-bianchi", "L. Bianchi"), PHRASE)
    {
        "private gone": private.unlink,
        "private garbled": lambda: private.write_bytes(private.read_bytes()[:-5] + b"zzzzz"),
        "public gone": public.unlink,
        "public garbled": lambda: public.write_text("["),
        "swapped": lambda: private.write_bytes((other.folder / "private.age").read_bytes()),
        "huge": lambda: private.write_bytes(bytes(100_000)),
    }[what]()
    with pytest.raises(KeyRefused):
        open_key(MEYER, PHRASE)


def test_a_folder_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with pytest.raises(KeyRefused, match="could not be written to"):
        create_key(MEYER, PHRASE)


P = 2**255 - 19


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ed25519:",
        "ed25519:AAAA",
        "age1abc",
        "ssh-ed25519 AAAA",
        "ed25519:" + "A" * 43,
        *("ed25519:" + base64.b64encode(y.to_bytes(32, "little")).decode() for y in (0, 1, P - 1, P, P + 1, 2**255)),
        "ed25519:JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=",
        "ed25519:xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=",
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(KeyRefused, match="is no public key"):
        require_public_key(text)


def test_a_public_key_has_one_spelling() -> None:
    key = "ed25519:" + base64.b64encode(bytes(range(32))).decode()
    assert require_public_key(f"  {key}\n") == key
