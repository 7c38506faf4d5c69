"""Sealed with age: what opens it, what does not, and what never lies about."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from hlh_tui.study import seal as sealing
from hlh_tui.study.errors import SealRefused
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.study.seal import OpenWith, SealTo, require_passphrase, seal_bytes, unseal_bytes
from hlh_tui.study.sealed_files import read_sealed, seal_file, unseal_file
from hlh_tui.study.sealed_folder import MARK
from tests.light_age import light

PHRASE = "seven tall lamps on a quay"
SECRET = b"patient P05 died on day 200"


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    """An age key: public and private."""
    import pyrage

    made = pyrage.x25519.Identity.generate()
    return str(made.to_public()), str(made)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "report.txt").write_bytes(SECRET)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def seal_for(pair: tuple[str, str], file: Path, target: Path | None = None) -> Path:
    return seal_file(file, SealTo((pair[0],)), target)


def test_a_passphrase_seals_and_opens_and_a_wrong_one_is_one_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light(monkeypatch)
    sealed = seal_file(here / "report.txt", SealTo(passphrase=PHRASE))
    assert sealed == here / "report.txt.age"
    assert SECRET not in sealed.read_bytes()
    assert read_sealed(sealed) == "passphrase"
    (here / "report.txt").rename(here / "kept.txt")
    with pytest.raises(SealRefused) as refusal:
        unseal_file(sealed, OpenWith(passphrase="seven tall lamps on a key"))
    assert str(refusal.value) == "report.txt.age: the passphrase does not open it; check it and try again"
    assert names(here) == ["kept.txt", "report.txt.age"]
    assert unseal_file(sealed, OpenWith(passphrase=PHRASE)).read_bytes() == SECRET
    assert stat.S_IMODE((here / "report.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize(("slow", "opens"), [(4, True), (5, False)])
def test_a_computer_that_is_busy_for_a_moment_is_not_taken_for_a_slow_one(
    monkeypatch: pytest.MonkeyPatch, slow: int, opens: bool
) -> None:
    import pyrage

    light(monkeypatch)
    sealed, looks, decrypt = seal_bytes(SECRET, SealTo(passphrase=PHRASE)), [], pyrage.passphrase.decrypt

    def busy(*given: object) -> bytes:
        looks.append(given)
        if len(looks) <= slow:
            raise pyrage.DecryptError("Excessive work parameter for passphrase.")
        return bytes(decrypt(*given))

    monkeypatch.setattr(pyrage.passphrase, "decrypt", busy)
    if opens:
        assert unseal_bytes(sealed, OpenWith(passphrase=PHRASE)) == SECRET
    else:
        with pytest.raises(SealRefused, match="sealed on a much faster computer than this one"):
            unseal_bytes(sealed, OpenWith(passphrase=PHRASE))
    assert len(looks) == 5


def test_a_computer_that_is_busy_for_a_moment_seals_with_no_less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyrage

    factors = iter((9, 13, 14, 18))

    def sealed(_plain: bytes, _passphrase: str) -> bytes:
        return b"age-encryption.org/v1\n-> scrypt c2FsdA %d\nYm9keQ\n--- bWFj\n" % next(factors)

    monkeypatch.setattr(pyrage.passphrase, "encrypt", sealed)
    assert sealing.work_factors(seal_bytes(SECRET, SealTo(passphrase=PHRASE))) == [14]


def test_a_recipient_opens_it_and_nobody_else(here: Path, pair: tuple[str, str]) -> None:
    import pyrage

    sealed = seal_for(pair, here / "report.txt")
    assert read_sealed(sealed) == "keys"
    (here / "report.txt").unlink()
    with pytest.raises(SealRefused, match="not sealed to this key; ask who sealed it for whom"):
        unseal_file(sealed, OpenWith((str(pyrage.x25519.Identity.generate()),)))
    with pytest.raises(SealRefused, match="sealed to keys, and a passphrase does not open it"):
        unseal_file(sealed, OpenWith(passphrase=PHRASE))
    assert names(here) == ["report.txt.age"]
    assert unseal_file(sealed, OpenWith((pair[1],))).read_bytes() == SECRET


def test_the_key_a_reader_signs_with_is_a_recipient_too() -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public = "ed25519:" + base64.b64encode(key.public_key().public_bytes_raw()).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    ).decode()
    assert unseal_bytes(seal_bytes(SECRET, SealTo((public,))), OpenWith((private,))) == SECRET


def test_nothing_is_overwritten(here: Path, pair: tuple[str, str]) -> None:
    sealed = seal_for(pair, here / "report.txt")
    with pytest.raises(SealRefused, match=r"report.txt.age exists already and is never overwritten"):
        seal_for(pair, here / "report.txt")
    with pytest.raises(SealRefused, match=r"report.txt exists already and is never overwritten"):
        unseal_file(sealed, OpenWith((pair[1],)))
    assert (here / "report.txt").read_bytes() == SECRET
    assert unseal_file(sealed, OpenWith((pair[1],)), here / "again.txt").read_bytes() == SECRET


@pytest.mark.parametrize("damage", ["cut", "flipped", "head", "longer", "empty"])
def test_a_damaged_file_is_refused_and_leaves_no_plaintext(here: Path, pair: tuple[str, str], damage: str) -> None:
    (here / "report.txt").write_bytes(SECRET * 20_000)
    sealed = seal_for(pair, here / "report.txt")
    (here / "report.txt").unlink()
    text = sealed.read_bytes()
    at = len(text) - 40
    sealed.write_bytes(
        {
            "cut": text[:-100_000],
            "flipped": text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :],
            "head": text[:60],
            "longer": text + b"x",
            "empty": b"",
        }[damage]
    )
    with pytest.raises(SealRefused, match=r"was changed or cut since it was sealed|is not sealed with age"):
        unseal_file(sealed, OpenWith((pair[1],)))
    assert names(here) == ["report.txt.age"]


def test_every_cut_of_a_small_sealed_file_is_refused(pair: tuple[str, str]) -> None:
    sealed = seal_bytes(SECRET, SealTo((pair[0],)))
    for length in range(len(sealed)):
        with pytest.raises(SealRefused):
            unseal_bytes(sealed[:length], OpenWith((pair[1],)))


def test_a_folder_is_sealed_as_one_and_comes_back_for_its_user_alone(here: Path, pair: tuple[str, str]) -> None:
    folder = here / "export"
    (folder / "data" / "empty").mkdir(parents=True)
    (folder / "data" / "é ü.csv").write_bytes(SECRET * 100_000)
    (folder / "HEAD.txt").write_text("entries 3\n")
    sealed = seal_for(pair, folder)
    assert sealed.name == "export.tar.age"
    assert SECRET not in sealed.read_bytes()
    assert folder.is_dir()
    folder.rename(here / "kept")
    assert unseal_file(sealed, OpenWith((pair[1],))) == folder
    assert (folder / "data" / "é ü.csv").read_bytes() == SECRET * 100_000
    assert (folder / "data" / "empty").is_dir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "HEAD.txt").stat().st_mode) == 0o600
    assert names(here) == ["export", "export.tar.age", "kept", "report.txt"]


def test_a_folder_that_holds_a_link_is_refused(here: Path, pair: tuple[str, str]) -> None:
    folder = here / "export"
    folder.mkdir()
    (folder / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(SealRefused, match=r"passwords in export is no plain file"):
        seal_for(pair, folder)
    assert names(here) == ["export", "report.txt"]


def test_a_file_that_cannot_be_read_whole_does_not_give_a_short_seal(
    here: Path, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = here / "export"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_bytes(SECRET)

    def fails(self: tarfile.TarFile, header: tarfile.TarInfo, file: object = None) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(tarfile.TarFile, "addfile", fails)
    with pytest.raises(SealRefused, match="a file could not be read whole"):
        seal_for(pair, folder)
    assert names(here) == ["export", "report.txt"]


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "a/../../out.txt", "..", "twice", "a/" * 2000 + "b"])
def test_hostile_names_in_a_sealed_folder_are_refused(here: Path, pair: tuple[str, str], name: str) -> None:
    tar = here / "evil.tar"
    with tarfile.open(tar, "w", format=tarfile.PAX_FORMAT, pax_headers=MARK) as out:
        for _ in range(2):
            out.addfile(tarfile.TarInfo(name))
    sealed = seal_for(pair, tar)
    tar.unlink()
    with pytest.raises(SealRefused, match=r"no plain file of the folder|could not be unpacked"):
        unseal_file(sealed, OpenWith((pair[1],)))
    assert names(here) == ["evil.tar.age", "report.txt"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_a_sealed_folder_are_refused(here: Path, pair: tuple[str, str], kind: bytes) -> None:
    tar = here / "evil.tar"
    with tarfile.open(tar, "w", format=tarfile.PAX_FORMAT, pax_headers=MARK) as out:
        header = tarfile.TarInfo("thing")
        header.type, header.linkname = kind, "/etc/passwd"
        out.addfile(header)
    sealed = seal_for(pair, tar)
    tar.unlink()
    with pytest.raises(SealRefused, match="no plain file of the folder"):
        unseal_file(sealed, OpenWith((pair[1],)))
    assert names(here) == ["evil.tar.age", "report.txt"]


def test_a_tar_sealed_as_a_file_stays_a_tar(here: Path, pair: tuple[str, str]) -> None:
    with tarfile.open(here / "mine.tar", "w") as out:
        out.add(here / "report.txt", "report.txt")
    before = (here / "mine.tar").read_bytes()
    sealed = seal_for(pair, here / "mine.tar")
    (here / "mine.tar").unlink()
    assert unseal_file(sealed, OpenWith((pair[1],))).read_bytes() == before


def test_a_closed_study_is_sealed_with_its_mirror_and_opens_again(ten: Path, pair: tuple[str, str]) -> None:
    sealed = seal_for(pair, ten)
    assert sealed.name == "song.tar.age"
    for each in (ten, ten.with_name("song.log.jsonl")):
        each.unlink()
    folder = unseal_file(sealed, OpenWith((pair[1],)))
    assert names(folder) == ["song.duckdb", "song.log.jsonl"]
    with open_study(folder / "song.duckdb") as study:
        assert len(entries(study)) == 10


def test_an_open_study_says_that_its_file_cannot_be_encrypted(ten: Path, pair: tuple[str, str]) -> None:
    hold = (
        "import sys; from pathlib import Path; from hlh_tui.study.file import open_study\n"
        "with open_study(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(ten)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(SealRefused) as refusal:
            seal_for(pair, ten)
        other.communicate("")
    assert str(refusal.value).startswith("song.duckdb is open by ")
    assert "close it before it is sealed" in str(refusal.value)
    assert "Keep it on an encrypted disk, and seal it when it is closed" in str(refusal.value)
    assert not ten.with_name("song.tar.age").exists()


def test_what_is_sealed_is_not_sealed_twice(here: Path, pair: tuple[str, str]) -> None:
    sealed = seal_for(pair, here / "report.txt")
    with pytest.raises(SealRefused, match=r"report.txt.age is sealed already"):
        seal_for(pair, sealed)


@pytest.mark.parametrize("name", ["age1nobody", "ed25519:AAAA", "ssh-rsa AAAA", "", "ed25519:not base64"])
def test_an_unusable_recipient_is_named(name: str) -> None:
    with pytest.raises(SealRefused, match="is no recipient; give an age key"):
        seal_bytes(SECRET, SealTo((name,)))


def test_neither_or_both_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(SealRefused, match="name a recipient with --to, or give a passphrase"):
        seal_bytes(SECRET, SealTo())
    with pytest.raises(SealRefused, match="not both"):
        seal_bytes(SECRET, SealTo((pair[0],), PHRASE))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("short", "at least 12 characters"),
        (" " * 20, "at least 12 characters"),
        ("aaaaaaaaaaaaaaaa", "at least 5 different characters"),
        ("x" * 2000, "at most 1024 characters"),
        ("seven tall \udc80 lamps", "is not text"),
    ],
)
def test_a_weak_passphrase_is_refused(words: str, why: str) -> None:
    with pytest.raises(SealRefused, match=why):
        require_passphrase(words)


def test_a_file_made_to_exhaust_memory_is_refused() -> None:
    costly = b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 40\n" + b"A" * 43 + b"\n--- " + b"A" * 43 + b"\n"
    with pytest.raises(SealRefused, match="more memory than is reasonable"):
        unseal_bytes(costly, OpenWith(passphrase=PHRASE))
    armoured = (
        b"-----BEGIN AGE ENCRYPTED FILE-----\n" + base64.encodebytes(costly) + b"-----END AGE ENCRYPTED FILE-----\n"
    )
    with pytest.raises(SealRefused, match="more memory than is reasonable"):
        unseal_bytes(armoured, OpenWith(passphrase=PHRASE))


def test_too_much_for_a_passphrase_is_refused_before_it_is_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sealing.limits(), "largest_in_memory_bytes", 20)
    with pytest.raises(SealRefused, match="seal it to a key with --to"):
        seal_file(here / "report.txt", SealTo(passphrase=PHRASE))
    assert names(here) == ["report.txt"]


def test_what_is_on_its_way_can_be_read_by_its_user_alone(
    here: Path, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = seal_for(pair, here / "report.txt")
    (here / "report.txt").unlink()
    seen: list[tuple[int, int]] = []
    real = os.fsync

    def look(handle: int) -> None:
        for folder in here.glob(".report.txt.unsealing-*"):
            seen.extend((stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(f.stat().st_mode)) for f in folder.iterdir())
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    previous = os.umask(0)
    try:
        unseal_file(sealed, OpenWith((pair[1],)))
    finally:
        os.umask(previous)
    assert set(seen) == {(0o700, 0o600)}


@pytest.mark.parametrize(
    ("said", "leaves"), [("SystemExit: 143", SystemExit), ("KeyboardInterrupt: ", KeyboardInterrupt)]
)
def test_a_signal_ends_the_program_and_leaves_nothing(
    here: Path, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch, said: str, leaves: type[BaseException]
) -> None:
    """The engine reports what stopped it as an error of its own."""
    import pyrage

    sealed = seal_for(pair, here / "report.txt")

    def stopped(*_: object) -> None:
        raise OSError(said)

    monkeypatch.setattr(pyrage, "encrypt_io", stopped)
    monkeypatch.setattr(pyrage, "decrypt_io", stopped)
    with pytest.raises(leaves):
        seal_for(pair, here / "report.txt", here / "other.age")
    with pytest.raises(leaves):
        unseal_file(sealed, OpenWith((pair[1],)), here / "other.txt")
    assert names(here) == ["report.txt", "report.txt.age"]
