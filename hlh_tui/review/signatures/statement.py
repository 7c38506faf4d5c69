"""The text that is signed, and the mathematics of signing it."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import msgspec

from hlh_tui.review.signatures.errors import KeyRefused
from hlh_tui.review.signatures.public_keys import public_key
from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.review.signatures.models import Covers, Signed

FORMAT = "hlh-tui signature 1"


def statement(
    *,
    study_id: str,
    pack_id: str | None,
    case: str,
    signer: str,
    printed_name: str,
    meaning: str,
    signed_at: str,
    covers: Covers,
    key: str,
) -> bytes:
    """The canonical JSON that a signature is over: who, when, what it means, which case, and everything it covers.

    The number of the decision in the log is not in it: that changes when a pack is merged, its hash does not.
    """
    said = {
        "format": FORMAT,
        "study_id": study_id,
        "pack_id": pack_id,
        "case": case,
        "signer": signer,
        "printed_name": printed_name,
        "meaning": meaning,
        "signed_at": signed_at,
        "covers": msgspec.to_builtins(covers),
        "public_key": key,
    }
    return canonical_json(said).encode("utf-8")


def statement_of(signed: Signed, signer: str) -> bytes:
    """The text that must have been signed for this payload to be what ``signer`` signed."""
    return statement(
        study_id=signed.study_id,
        pack_id=signed.pack_id,
        case=signed.case,
        signer=signer,
        printed_name=signed.printed_name,
        meaning=signed.meaning,
        signed_at=signed.signed_at,
        covers=signed.covers,
        key=signed.public_key,
    )


def sign_bytes(key: Key, text: bytes) -> str:
    """The Ed25519 signature of ``text`` as base64 (RFC 8032)."""
    return base64.b64encode(key.private.sign(text)).decode("ascii")


def fits(signature: str, text: bytes, key: str) -> bool:
    """Whether the signature (base64) of ``text`` was made with the private half of the public ``key``."""
    from cryptography.exceptions import InvalidSignature

    try:
        public_key(key).verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, KeyRefused, ValueError, binascii.Error):
        return False
    return True
