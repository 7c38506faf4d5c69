"""What shows, long after the merge, that merged entries are what their reader signed: the signed manifest is kept.

The manifest of a return names the last entry of the reader's log and its hash, and the hashes of the entries before
hang on that; so whoever changes a merged entry, and every hash after it, would need the reader's key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.manifest import ReturnManifest, manifest_from
from hlh_tui.review.packs.signing import is_signed
from hlh_tui.review.packs.translation import merged_entries

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Entry

MERGES = """
SELECT seq, payload FROM log WHERE action = 'pack_merged' AND payload ->> '$.pack_id' = $1 ORDER BY seq"""
KEYS = """
SELECT seq, payload ->> '$.public_key'
FROM log
WHERE action = 'person_registered' AND payload ->> '$.person.id' = $1
ORDER BY seq"""


def receipt(manifest: bytes | None, signature: bytes | None) -> dict[str, str] | None:
    """What is kept of a signed return: its manifest and the signature over it (base64); None of any other."""
    if manifest is None or signature is None:
        return None
    return {"manifest": manifest.decode(), "signature": msgspec.json.decode(signature)["signature"]}


def receipt_faults(study: Study) -> Iterator[tuple[int | None, str]]:
    """Merged entries (number, what is wrong) of readers with a key that do not hang together as they signed them.

    Where the entry of a merge is what is missing, its number is not known.
    """
    for dealt in conduct_of(study).dealt:
        merged = merged_entries(study, dealt.pack_id)
        if not merged:
            continue
        yield from broken_links(merged)
        keys = study.rows(KEYS, (dealt.reader,))
        merges = [(seq, json.loads(text)) for seq, text in study.rows(MERGES, (dealt.pack_id,))]
        covered = merges[-1][0] if merges else 0
        for entry in merged:
            if entry.seq > covered:
                yield None, f"entry {entry.seq} says that it was merged, and no merge of its pack follows it"
                break
        for seq, said in merges:
            known = [key for at, key in keys if at < seq]
            if known and known[-1] is not None:
                problem = unlike_signed(said, known[-1], [entry for entry in merged if entry.seq < seq])
                if problem:
                    yield seq, f"what entry {seq} merged is not what {said['reader']['name']} signed: {problem}"


def broken_links(merged: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """Where a merged entry does not follow the one before it in its reader's log."""
    for before, entry in pairwise(merged):
        was, said = before.payload["pack"], entry.payload["pack"]
        if (said["seq"], said["prev_hash"]) != (was["seq"] + 1, was["hash"]):
            yield (
                entry.seq,
                f"entry {entry.seq} does not follow entry {before.seq} in the log of the pack they are from",
            )


def unlike_signed(said: dict[str, Any], key: str, merged: Sequence[Entry]) -> str:
    """Why the merge that ``said`` so does not rest on a return signed with this key; empty if it does."""
    kept = said.get("receipt")
    if not isinstance(kept, dict):
        return "their signature over it is missing"
    text = str(kept.get("manifest")).encode()
    if not is_signed(text, msgspec.json.encode({"signature": str(kept.get("signature"))}), key):
        return "the signature kept of it does not verify with their key"
    manifest = manifest_from(text, ReturnManifest)
    last = merged[-1].payload["pack"] if merged else {}
    if (manifest.pack_id, manifest.entries, manifest.head) != (said["pack_id"], last.get("seq"), last.get("hash")):
        return "the signature kept of it is over another log"
    return ""
