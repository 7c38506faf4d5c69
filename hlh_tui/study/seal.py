"""Sealing with age (age-encryption.org/v1, by pyrage): to recipients' keys or with a passphrase.

What is sealed here opens with any age tool, and the other way round. A recipient is an age key (``age1...``) or the
Ed25519 key with which a reader signs (``ed25519:...``, which age takes in its ssh-ed25519 form), so one registered
key is enough for both. The engine's own encryption cannot be used offline in the version this program pins; the
working file belongs on an encrypted disk.
"""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

from hlh_tui.study.errors import SealRefused

FILE = Path(__file__).with_suffix(".toml")
SIGNING_KEY = "ed25519:"
HEADER = b"age-encryption.org/v1\n"
ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
HEAD_BYTES = 65_536
"""As much of a sealed file as tells how it was sealed."""


@cache
def limits() -> dict[str, int]:
    """The numbers of seal.toml."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


TOO_MUCH_WORK = "xcessive work"
"""In the engine's words for a sealed file that would take this computer too long to open."""


@dataclass(frozen=True, slots=True)
class SealTo:
    """For whom something is sealed: either a passphrase or at least one recipient."""

    recipients: tuple[str, ...] = ()
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OpenWith:
    """What opens a sealed file: a passphrase, or private keys (``AGE-SECRET-KEY-...`` or OpenSSH text)."""

    identities: tuple[str, ...] = field(default=(), repr=False)
    passphrase: str | None = field(default=None, repr=False)


def require_passphrase(text: str) -> str:
    """The passphrase, if it is long and varied enough for seal.toml; else ``SealRefused`` says what it needs."""
    shortest, different = limits()["shortest_passphrase"], limits()["fewest_different"]
    if len(text) > limits()["longest_passphrase"]:
        raise SealRefused(f"a passphrase has at most {limits()['longest_passphrase']} characters; choose a shorter one")
    if len(text.strip()) < shortest:
        raise SealRefused(f"a passphrase needs at least {shortest} characters; take a few words that belong to nobody")
    if len(set(text.casefold())) < different:
        raise SealRefused(f"a passphrase needs at least {different} different characters; take a few words instead")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SealRefused("the passphrase is not text; type it in a UTF-8 terminal") from error
    return text


def seal_bytes(plain: bytes, to: SealTo) -> bytes:
    """``plain`` sealed; ``SealRefused`` for an unusable recipient, a weak passphrase, or too much for a passphrase."""
    import pyrage

    if to.passphrase is not None:
        if to.recipients:
            raise SealRefused("give a passphrase or recipients, not both: age keeps the two apart")
        require_in_memory(len(plain))
        return sealed_with(require_passphrase(to.passphrase), plain)
    return bytes(pyrage.encrypt(plain, recipients(to.recipients)))


def sealed_with(passphrase: str, plain: bytes) -> bytes:
    """``plain`` sealed with the passphrase, with a work factor that a computer busy with other things does not lower.

    The engine chooses the factor by some milliseconds of work, as in ``opened_with``: where it is low, once more.
    """
    import pyrage

    for _ in range(limits()["most_looks_at_the_speed"] - 1):
        sealed = bytes(pyrage.passphrase.encrypt(plain, passphrase))
        if any(factor >= limits()["usual_work_factor"] for factor in work_factors(sealed[:HEAD_BYTES])):
            return sealed
    return bytes(pyrage.passphrase.encrypt(plain, passphrase))


def work_factors(head: bytes) -> list[int]:
    """The work factors that a file sealed with a passphrase names, of which it has one."""
    words = [line.split() for line in header_lines(head) or []]
    return [int(each[3]) for each in words if each[:2] == [b"->", b"scrypt"] and len(each) == 4 and each[3].isdigit()]


def seal_stream(plain: IO[bytes], sealed: IO[bytes], to: SealTo) -> None:
    """Seal what ``plain`` gives into ``sealed``: to recipients in pieces of 64 KiB, with a passphrase in memory.

    ``SealRefused`` as for ``seal_bytes``, and where the disk refuses.
    """
    import pyrage

    if to.passphrase is not None:
        most = limits()["largest_in_memory_bytes"]
        sealed.write(seal_bytes(plain.read(most + 1), to))
        return
    found = recipients(to.recipients)
    try:
        pyrage.encrypt_io(plain, sealed, found)
    except (pyrage.EncryptError, OSError) as error:
        leave_if_told(error)
        raise SealRefused(f"it could not be sealed ({said(error)}); make room and try again") from error


def require_in_memory(size: int) -> None:
    """``SealRefused`` for more bytes than a passphrase seals."""
    most = limits()["largest_in_memory_bytes"]
    if size > most:
        raise SealRefused(
            f"a passphrase seals at most {most // 1_000_000} MB, which pass through memory; seal it to a key with --to"
        )


def unseal_bytes(sealed: bytes, opener: OpenWith) -> bytes:
    """What was sealed; ``SealRefused`` in one sentence for a wrong passphrase or key, or a damaged file."""
    import pyrage

    kind = require_sealed(sealed[:HEAD_BYTES])
    try:
        if kind == "passphrase":
            return opened_with(passphrase_of(opener), sealed)
        return bytes(pyrage.decrypt(sealed, identities(opener)))
    except (pyrage.DecryptError, OSError) as error:
        raise not_opened(error, kind) from error


def opened_with(passphrase: str, sealed: bytes) -> bytes:
    """What was sealed with a passphrase; ``pyrage.DecryptError`` where that does not open it.

    The engine opens nothing that would take this computer much longer than a second, and judges by some milliseconds
    of work each time, within which a busy computer may do something else: it is asked again.
    """
    import pyrage

    for _ in range(limits()["most_looks_at_the_speed"] - 1):
        try:
            return bytes(pyrage.passphrase.decrypt(sealed, passphrase))
        except pyrage.DecryptError as error:
            if TOO_MUCH_WORK not in str(error):
                raise
    return bytes(pyrage.passphrase.decrypt(sealed, passphrase))


def unseal_stream(sealed: IO[bytes], plain: IO[bytes], opener: OpenWith) -> None:
    """Unseal into ``plain``; ``SealRefused`` as for ``unseal_bytes``: remove ``plain`` then, it may hold a part."""
    import pyrage

    head = sealed.read(HEAD_BYTES)
    sealed.seek(0)
    kind = require_sealed(head)
    if kind == "passphrase":
        most = limits()["largest_in_memory_bytes"] * 14 // 10  # armor takes a third more
        text = sealed.read(most + 1)
        if len(text) > most:
            raise SealRefused("it is larger than what a passphrase seals here; open it with the age program")
        plain.write(unseal_bytes(text, opener))
        return
    found = identities(opener)
    try:
        pyrage.decrypt_io(sealed, plain, found)
    except (pyrage.DecryptError, OSError) as error:
        raise not_opened(error, kind) from error


def sealed_kind(head: bytes) -> str | None:
    """``passphrase`` or ``keys`` from the first bytes of a file; None for one that is not sealed."""
    lines = header_lines(head)
    if lines is None:
        return None
    return "passphrase" if any(line.startswith(b"-> scrypt ") for line in lines) else "keys"


def header_lines(head: bytes) -> list[bytes] | None:
    """The stanza lines of an age file, armoured or not; None if it is none."""
    if head.lstrip().startswith(ARMOR):
        text = b"".join(head.lstrip().splitlines()[1:1000]).split(b"-----END")[0]
        try:
            head = base64.b64decode(text[: len(text) // 4 * 4], validate=True)
        except binascii.Error:
            return None
    return head.split(b"\n--- ")[0].split(b"\n") if head.startswith(HEADER) else None


def require_sealed(head: bytes) -> str:
    """The kind of sealing; ``SealRefused`` for what is not sealed or would take too much memory to open."""
    kind = sealed_kind(head)
    if kind is None:
        raise SealRefused("it is not sealed with age; check the name")
    most = limits()["largest_work_factor"]
    for line in header_lines(head) or []:
        words = line.split()
        if words[:2] == [b"->", b"scrypt"] and not (len(words) == 4 and words[3].isdigit() and int(words[3]) <= most):
            raise SealRefused(
                "opening it would take more memory than is reasonable; ask for it to be sealed anew, with a usual"
                " work factor"
            )
    return kind


def recipients(names: Sequence[str]) -> list[Any]:
    """The recipients as pyrage takes them; ``SealRefused`` for none, or for one that is no public key."""
    import pyrage

    if not names:
        raise SealRefused("name a recipient with --to, or give a passphrase")
    found: list[Any] = []
    for name in names:
        word = name.strip()
        try:
            if word.startswith(SIGNING_KEY):
                found.append(pyrage.ssh.Recipient.from_str(ssh_line(word)))
            else:
                found.append(pyrage.x25519.Recipient.from_str(word))
        except (pyrage.RecipientError, ValueError) as error:
            raise SealRefused(
                f"{word[:80]!r} is no recipient; give an age key (age1...) or a reader's public key (ed25519:...)"
            ) from error
    return found


def ssh_line(public_key: str) -> str:
    """An ``ed25519:`` key in the form of an authorized_keys line; ``ValueError`` if it is no key."""
    raw = base64.b64decode(public_key.removeprefix(SIGNING_KEY), validate=True)
    if len(raw) != 32:
        raise ValueError("an Ed25519 public key has 32 bytes")
    kind = b"ssh-ed25519"
    blob = len(kind).to_bytes(4, "big") + kind + len(raw).to_bytes(4, "big") + raw
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


def identities(opener: OpenWith) -> list[Any]:
    """The private keys as pyrage takes them; ``SealRefused`` for none, or for text that is no key."""
    import pyrage

    found: list[Any] = []
    for text in opener.identities:
        try:
            if "OPENSSH PRIVATE KEY" in text:
                found.append(pyrage.ssh.Identity.from_buffer(text.encode()))
            else:
                found.append(pyrage.x25519.Identity.from_str(text.strip()))
        except (pyrage.IdentityError, ValueError) as error:
            raise SealRefused("a private key that was given is none; give a line AGE-SECRET-KEY-...") from error
    if not found:
        raise SealRefused("it is sealed to keys, and a passphrase does not open it; say whose key with --reader")
    return found


def passphrase_of(opener: OpenWith) -> str:
    """The passphrase; ``SealRefused`` if there is none."""
    if opener.passphrase is None:
        raise SealRefused("it is sealed with a passphrase, and a key does not open it; give the passphrase")
    return opener.passphrase


def not_opened(error: Exception, kind: str) -> SealRefused:
    """The sentence for a file that does not open."""
    leave_if_told(error)
    words = said(error)
    if TOO_MUCH_WORK in words:
        return SealRefused("it was sealed on a much faster computer than this one; open it there")
    if kind == "passphrase" and words == "Decryption failed":
        return SealRefused("the passphrase does not open it; check it and try again")
    if words == "No matching keys found":
        return SealRefused("it was not sealed to this key; ask who sealed it for whom")
    if isinstance(error, OSError) and error.errno is not None:
        return SealRefused(f"it could not be written out ({words}); make room and try again")
    return SealRefused(f"it was changed or cut since it was sealed ({words}); ask for it again")


def leave_if_told(error: Exception) -> None:
    """End the program if a signal stopped the engine, which reports that as an error like any other."""
    if "KeyboardInterrupt" in str(error):
        raise KeyboardInterrupt from error
    told = re.search(r"SystemExit: (\d+)", str(error))
    if told:
        raise SystemExit(int(told[1])) from error


def said(error: Exception) -> str:
    """The engine's words in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__
