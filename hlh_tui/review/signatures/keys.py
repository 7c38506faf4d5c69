"""Readers' keys in the user's configuration folder: Ed25519, the private half sealed with a passphrase (age, scrypt).

A key is a folder named for the reader that only the user can enter: ``public.json`` and ``private.age``, the latter
the key in OpenSSH form, so that ``age -d`` and any SSH tool can read what this program wrote.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from hlh_tui.review.signatures.errors import KeyRefused, WrongPassphrase
from hlh_tui.review.signatures.public_keys import public_text, require_public_key
from hlh_tui.study.errors import SealRefused
from hlh_tui.study.models import Actor
from hlh_tui.study.places import sync_folder
from hlh_tui.study.seal import OpenWith, SealTo, require_passphrase, seal_bytes, unseal_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLIC, PRIVATE = "public.json", "private.age"
LARGEST = 65_536
"""Bytes beyond which a file in a key's folder is not read."""


@dataclass(frozen=True, slots=True)
class KeyOnDisk:
    """A reader's key as it lies there: whose, its public half (``ed25519:...``), and its folder."""

    id: str
    name: str
    public_key: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Key:
    """A reader's key, opened for one act of signing or unsealing; its private half is never shown or written."""

    id: str
    name: str
    public_key: str
    private: Ed25519PrivateKey = field(repr=False, compare=False)

    def identity(self) -> str:
        """The private key in OpenSSH form, which opens what was sealed to ``public_key``."""
        return openssh(self.private).decode("ascii")


def keys_folder() -> Path:
    """``$XDG_CONFIG_HOME/hlh-tui/keys``, or below ``~/.config``; it need not exist."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(given) if given and Path(given).is_absolute() else Path.home() / ".config"
    return base / "hlh-tui" / "keys"


def key_folder(reader_id: str) -> Path:
    """Where that reader's key lies; an id that is no plain word gets a name made from its hash."""
    plain = re.fullmatch(r"[\w-]+", reader_id) and len(reader_id.encode()) <= 200
    name = reader_id if plain else "reader-" + hashlib.sha256(reader_id.encode("utf-8", "replace")).hexdigest()[:32]
    return keys_folder() / name


def create_key(reader: Actor, passphrase: str) -> KeyOnDisk:
    """Make the reader's key and bring it to the disk, whole or not at all.

    ``KeyRefused`` if the reader has one on this computer (it is never replaced), if the passphrase is weak, or if the
    folder cannot be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    folder = require_no_key(reader)
    private = Ed25519PrivateKey.generate()
    public = public_text(private.public_key().public_bytes_raw())
    try:
        sealed = seal_bytes(openssh(private), SealTo(passphrase=require_passphrase(passphrase)))
    except SealRefused as refusal:
        raise KeyRefused(str(refusal)) from refusal
    about = {"id": reader.id, "name": reader.name, "public_key": public}
    write_key(folder, {PUBLIC: (json.dumps(about, ensure_ascii=False) + "\n").encode(), PRIVATE: sealed})
    return KeyOnDisk(reader.id, reader.name, public, folder)


def require_no_key(reader: Actor) -> Path:
    """The folder that the reader's key would get; ``KeyRefused`` if one is there."""
    folder = key_folder(reader.id)
    if os.path.lexists(folder):
        raise KeyRefused(
            f"{reader.name} has a key in {folder}, and a key is never replaced; to make another one, move that folder"
            " away first and keep it"
        )
    return folder


def write_key(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files beside ``folder`` and give them its name at the end."""
    work = folder.with_name(f".{folder.name[:100]}.{secrets.token_hex(4)}")
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        work.mkdir(mode=0o700)
        for name, content in files.items():
            handle = os.open(work / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
        work.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise KeyRefused(
            f"the key could not be written to {folder} ({error.strerror}); make the folder writable, or name another"
            " with $XDG_CONFIG_HOME"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def key_on_disk(reader: Actor) -> KeyOnDisk:
    """The reader's key as it lies on this computer, without its private half; ``KeyRefused`` if there is none."""
    folder = key_folder(reader.id)
    about = read_about(folder, reader)
    try:
        return KeyOnDisk(reader.id, str(about["name"]), require_public_key(str(about["public_key"])), folder)
    except KeyError as error:
        raise KeyRefused(f"{folder / PUBLIC} was changed; put a copy of the key's folder in its place") from error


def open_key(reader: Actor, passphrase: str) -> Key:
    """The reader's key for one act; ``WrongPassphrase``, or ``KeyRefused`` if there is none or it was changed."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    lies = key_on_disk(reader)
    changed = KeyRefused(f"{lies.folder / PRIVATE} was changed; put a copy of the key's folder in its place")
    sealed = read_small(lies.folder / PRIVATE)
    try:
        private = load_ssh_private_key(unseal_bytes(sealed, OpenWith(passphrase=passphrase)), None)
    except SealRefused as refusal:
        if "the passphrase does not open it" in str(refusal):
            raise WrongPassphrase(f"the passphrase does not open the key of {reader.name}; try again") from refusal
        raise KeyRefused(f"{lies.folder / PRIVATE}: {refusal}") from refusal
    except (ValueError, UnsupportedAlgorithm) as error:
        raise changed from error
    if not isinstance(private, Ed25519PrivateKey):
        raise changed
    if public_text(private.public_key().public_bytes_raw()) != lies.public_key:
        raise KeyRefused(f"the two files in {lies.folder} are not one key; put a copy of the folder in its place")
    return Key(reader.id, lies.name, lies.public_key, private)


def read_about(folder: Path, reader: Actor) -> dict[str, Any]:
    """What public.json says; ``KeyRefused`` if there is no key, or the file is not what was written."""
    if not folder.is_dir():
        raise KeyRefused(
            f"{reader.name} has no key on this computer; make one with hlh-tui reader create {quote(reader.name)}"
        )
    try:
        about = json.loads(read_small(folder / PUBLIC))
    except (ValueError, RecursionError) as error:
        raise KeyRefused(f"{folder / PUBLIC} was changed; put a copy of the key's folder in its place") from error
    if not isinstance(about, dict) or about.get("id") != reader.id:
        raise KeyRefused(f"{folder} is not the key of {reader.name}; put a copy of theirs in its place")
    return about


def read_small(path: Path) -> bytes:
    """The content of a file of a key; ``KeyRefused`` if it cannot be read or is far too large."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise KeyRefused(f"{path} cannot be read ({error.strerror}); put a copy of the key in its place") from error
    if len(content) > LARGEST:
        raise KeyRefused(f"{path} is far too large for a key; put a copy of the key in its place")
    return content


def openssh(private: Ed25519PrivateKey) -> bytes:
    """The private key as OpenSSH text, not encrypted: for sealing, never for the disk."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
