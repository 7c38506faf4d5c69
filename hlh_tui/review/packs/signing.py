"""The signature of a return: the reader's Ed25519 key over its manifest, which holds head and hash of the log."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import Key

CONTEXT = b"hlh-tui return 1\n"
"""What stands before the manifest in the signed text, so that no other signature of the key can be used for it."""


def signature_json(manifest: bytes, key: Key) -> bytes:
    """The member ``signature.json`` for a manifest."""
    signature = base64.b64encode(key.private.sign(CONTEXT + manifest)).decode()
    return msgspec.json.encode({"public_key": key.public_key, "signature": signature})


def is_signed(manifest: bytes, signature: bytes, public_key: str) -> bool:
    """Whether the signature is that of this key over this manifest; False for anything else, however malformed."""
    from cryptography.exceptions import InvalidSignature

    from hlh_tui.review.signatures.public_keys import public_key as key_from

    try:
        said: Any = msgspec.json.decode(signature)
        if not isinstance(said, dict) or not isinstance(said.get("signature"), str):
            return False
        key_from(public_key).verify(base64.b64decode(said["signature"], validate=True), CONTEXT + manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, InvalidSignature):
        return False
    return True
