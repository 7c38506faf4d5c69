"""Passphrase files of age, made by hand with a light work factor: pyrage chooses one that takes seconds.

https://github.com/C2SP/C2SP/blob/main/age.md. What it makes is opened by pyrage itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FACTOR = 6


def encrypt(plain: bytes, passphrase: str) -> bytes:
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrap = hashlib.scrypt(
        passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2**FACTOR, r=8, p=1, dklen=32
    )
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (b64(salt), FACTOR, b64(body))
    mac = hmac.digest(derived(file_key, b"", b"header"), header, "sha256")
    cipher = ChaCha20Poly1305(derived(file_key, nonce, b"payload"))
    chunks = [plain[at : at + 65536] for at in range(0, len(plain), 65536)] or [b""]
    sealed = b"".join(
        cipher.encrypt(number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    )
    return header + b" " + b64(mac) + b"\n" + nonce + sealed


def derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passphrases seal with the light work factor for the rest of the test."""
    import pyrage

    monkeypatch.setattr(pyrage.passphrase, "encrypt", encrypt)
