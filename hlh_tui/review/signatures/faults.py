"""What ``verify`` asks of signatures and of entries merged from packs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import _duckdb as duckdb

from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.signatures.status import signatures
from hlh_tui.study.verify import Fault

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

IMPORTS = "SELECT coalesce(max(seq), 0) FROM log WHERE action = 'charts_imported'"
REDACTED = "SELECT payload ->> '$.entry' FROM log WHERE action = 'redacted'"
UNREADABLE = (HlhError, duckdb.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What asking a log raises whose entries were garbled."""


def signature_faults(study: Study) -> Iterator[Fault]:
    """Signatures that are not what somebody signed, or whose chart changed although nothing was imported since.

    A signature that is void because something changed in the open is no fault: its state says so.
    """
    try:
        found = signatures(study)
        ((imported,),) = study.rows(IMPORTS)
    except UNREADABLE:
        yield Fault(None, "the signatures cannot be read, because entries of the log are not what was written")
        return
    for each in found:
        if not each.genuine:
            yield Fault(each.seq, f"the signature in entry {each.seq} does not hold: {each.why}")
        elif each.chart_changed and imported < each.seq:
            yield Fault(
                each.seq,
                f"the chart of {each.patient_id} is not the one that entry {each.seq} signed, and no import since"
                " then explains it: the database was changed",
            )


def merge_faults(study: Study) -> Iterator[Fault]:
    """Merged entries that are not what their reader's own log said, or not what they signed when they returned it.

    One that was redacted since cannot be what the log said; the hash that it had still is what was signed.
    """
    from hlh_tui.review.packs.receipts import receipt_faults
    from hlh_tui.review.packs.translation import faults

    try:
        redacted = {int(entry) for (entry,) in study.rows(REDACTED)}
        for dealt in conduct_of(study).dealt:
            yield from (Fault(seq, why) for seq, why in faults(study, dealt.pack_id) if seq not in redacted)
        yield from (Fault(seq, why) for seq, why in receipt_faults(study))
    except UNREADABLE:
        yield Fault(None, "the entries merged from packs cannot be read, because the log is not what was written")
