"""Whether each signature holds: it is void the moment anything that it covers changes (21 CFR 11.70)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased
from hlh_tui.review.conduct.blinding import sees_names
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.models import FinalCategory
from hlh_tui.review.signatures.after import Afterwards, afterwards
from hlh_tui.review.signatures.evidence import evidence_in_pack, evidence_of
from hlh_tui.review.signatures.models import NOT_COUNTED, SignatureStatus, Signed, SignedEntry
from hlh_tui.review.signatures.read import DecidedEntry, decided_entries, first_keys, signed_entries
from hlh_tui.review.signatures.statement import fits, statement_of
from hlh_tui.review.state import current_decisions, final_categories

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


@dataclass(frozen=True, slots=True)
class Standing:
    """All of the study that signatures are held against, read once."""

    study_id: str
    pack_id: str | None
    phased: bool
    first_keys: dict[str, str | None]
    own: dict[str, DecidedEntry]
    """Hash of a decision made in this study -> its entry."""
    merged: dict[tuple[str, str], DecidedEntry]
    """(Pack, hash in the pack) -> the entry of a decision that was merged."""
    in_force: frozenset[int]
    resting: dict[str, tuple[str, ...]]
    """Patient -> the hashes of the decisions that the final category rests on."""
    finals: dict[str, FinalCategory]
    codes: dict[tuple[str, str], str]
    """(Pack, code) -> patient."""
    evidence: dict[tuple[str, float | None], str]
    """(Patient, last day) -> digest of the chart as it is now."""
    packed: dict[tuple[str, str], str]
    """(Pack, code) -> digest of the chart as a pack would have it now."""
    after: Afterwards = field(repr=False)


def signatures(study: Study, patient_id: str | None = None) -> tuple[SignatureStatus, ...]:
    """Every signature, of one case or of all, in the order of the log, with whether it holds and why not."""
    found = signed_entries(study, patient_id)
    if not found:
        return ()
    standing = standing_of(study, found, patient_id)
    return tuple(status_of(each, standing) for each in found)


def signatures_seen_by(study: Study, reader_id: str, patient_id: str | None = None) -> tuple[SignatureStatus, ...]:
    """The signatures that this person may see: all, or their own while who decided what is closed to them.

    Of their own not those of a hidden repeat, which would tell them which case they were given twice.
    """
    found = signatures(study, patient_id)
    if sees_names(study, reader_id):
        return found
    repeats = {each.seq for each in decided_entries(study, patient_id) if each.role == "repeat"}
    return tuple(each for each in found if each.signer == reader_id and each.decision_seq not in repeats)


def standing_of(study: Study, found: Iterable[SignedEntry], patient_id: str | None) -> Standing:
    """What the signatures are held against."""
    decided = decided_entries(study, patient_id)
    hashes = {each.seq: each.hash for each in decided}
    current = current_decisions(study, patient_id)
    resting: dict[str, list[str]] = {}
    for each in current:
        if each.role not in NOT_COUNTED:
            resting.setdefault(each.patient_id, []).append(hashes[each.seq])
    conduct = conduct_of(study)
    codes = {(deal.pack_id, code): patient for deal in conduct.dealt for code, patient, _ in deal.cases}
    native: dict[float | None, list[str]] = {}
    packed: dict[str, list[tuple[str, str]]] = {}
    for entry in found:
        signed = entry.signed
        if signed is None:
            continue
        if entry.merged_from is None:
            native.setdefault(signed.covers.evidence_until, []).append(entry.patient_id)
        elif (entry.merged_from, signed.case) in codes:
            packed.setdefault(entry.merged_from, []).append((signed.case, codes[entry.merged_from, signed.case]))
    return Standing(
        study_id=study.facts["study_id"] if conduct.pack is None else conduct.pack["study_id"],
        pack_id=None if conduct.pack is None else conduct.pack["pack_id"],
        phased=is_phased(study),
        first_keys=first_keys(study),
        own={each.hash: each for each in decided},
        merged={(each.pack_id, each.pack_hash): each for each in decided if each.pack_id and each.pack_hash},
        in_force=frozenset(each.seq for each in current),
        resting={patient: tuple(sorted(some)) for patient, some in resting.items()},
        finals=final_categories(study) if any(x.signed and x.signed.covers.final for x in found) else {},
        codes=codes,
        evidence={
            (patient, until): digest
            for until, some in native.items()
            for patient, digest in evidence_of(study, some, until).items()
        },
        packed={
            (pack_id, code): digest
            for pack_id, some in packed.items()
            for code, digest in evidence_in_pack(study, list(dict.fromkeys(some))).items()
        },
        after=afterwards(study, decided),
    )


def status_of(entry: SignedEntry, standing: Standing) -> SignatureStatus:
    """One signature as it stands."""
    signed = entry.signed
    decision = None if signed is None else decision_under(entry, signed, standing)
    fault = not_genuine(entry, decision, standing)
    why = fault
    if not why and signed is not None and decision is not None:
        why = changed_since(entry, signed, decision, standing)
    final = None if signed is None else signed.covers.final
    category = final.category if final is not None else "" if decision is None else decision.category
    return SignatureStatus(
        seq=entry.seq,
        patient_id=entry.patient_id,
        signer=entry.actor,
        printed_name=entry.actor_name if signed is None else signed.printed_name,
        signed_at=entry.recorded_at if signed is None else signed.signed_at,
        meaning="" if signed is None else signed.meaning,
        category=category,
        decision_seq=None if decision is None else decision.seq,
        public_key="" if signed is None else signed.public_key,
        entry_hash="" if signed is None else signed.covers.entry_hash,
        evidence_sha256="" if signed is None else signed.covers.evidence_sha256,
        head="" if signed is None else signed.covers.head,
        valid=not why,
        genuine=not fault,
        why=why,
        recorded_at=entry.recorded_at,
        hash=entry.hash,
        chart_changed=signed is not None
        and entry.merged_from is None
        and evidence_now(entry, signed, standing) != signed.covers.evidence_sha256,
    )


def decision_under(entry: SignedEntry, signed: Signed, standing: Standing) -> DecidedEntry | None:
    """The decision that was signed, found by its hash: here, or in the pack that the signature came from."""
    if entry.merged_from is None:
        return standing.own.get(signed.covers.entry_hash)
    return standing.merged.get((entry.merged_from, signed.covers.entry_hash))


def not_genuine(entry: SignedEntry, decision: DecidedEntry | None, standing: Standing) -> str:
    """Why the entry is not what somebody signed, whatever else changed; empty if it is."""
    signed = entry.signed
    if signed is None:
        return "it cannot be read: the entry is not that of a signature"
    if not fits(signed.signature, statement_of(signed, entry.actor), signed.public_key):
        return "it does not verify: its text, its signer or its key is not what was signed"
    return moved(entry, signed, decision, standing) or foreign_key(entry, signed, standing)


def moved(entry: SignedEntry, signed: Signed, decision: DecidedEntry | None, standing: Standing) -> str:
    """Where the signature was taken from, if it does not stand where it was made; empty if it does."""
    if signed.study_id != standing.study_id:
        return "it was made in another study"
    if signed.pack_id != (standing.pack_id if entry.merged_from is None else entry.merged_from):
        return "it was made in another pack"
    case = signed.case if entry.merged_from is None else standing.codes.get((entry.merged_from, signed.case), "")
    if case != entry.patient_id:
        return f"it was moved from case {case or signed.case} to case {entry.patient_id}"
    if entry.merged_from is None and signed.covers.head != entry.prev_hash:
        return f"it was moved, or the log before it rewritten: it was not signed after entry {entry.seq - 1}"
    if decision is None or decision.patient_id != entry.patient_id:
        return f"the decision that it signs is not in the log under case {entry.patient_id}"
    if signed.covers.final is None and decision.reader != entry.actor:
        return f"it signs as their own a decision of {decision.reader_name}"
    return ""


def foreign_key(entry: SignedEntry, signed: Signed, standing: Standing) -> str:
    """Whether the key was not the one under which the study knew the signer then; a sentence, or empty."""
    if entry.merged_from is not None and standing.after.key_was_known(entry.actor, entry.seq, signed.public_key):
        return ""  # who signed in a pack may have got another key before it came back
    known = standing.after.key_known(entry.actor, entry.seq)
    if known is None and not standing.phased:
        first = standing.first_keys.get(entry.actor)
        return "" if first == signed.public_key else f"its key is not the one that {entry.actor_name} signed with first"
    return "" if known == signed.public_key else f"its key is not one that was registered for {entry.actor_name}"


def changed_since(entry: SignedEntry, signed: Signed, decision: DecidedEntry, standing: Standing) -> str:
    """What changed after a genuine signature, in a sentence; empty if nothing that it covers did."""
    final = signed.covers.final
    if final is None and decision.seq not in standing.in_force:
        return standing.after.fate(decision)
    if final is not None:
        now = standing.finals.get(entry.patient_id)
        rest = standing.resting.get(entry.patient_id, ())
        if now is None or (now.category, now.source, rest) != (final.category, final.source, final.entries):
            return f"the final category of {entry.patient_id}, or a decision under it, changed after it was signed"
    if evidence_now(entry, signed, standing) != signed.covers.evidence_sha256:
        return f"the chart of {entry.patient_id} changed after it was signed"
    return standing.after.unlocked(entry) or standing.after.signer_gone(entry, signed)


def evidence_now(entry: SignedEntry, signed: Signed, standing: Standing) -> str | None:
    """The digest of the chart that the signature is over, as it is now."""
    if entry.merged_from is not None:
        return standing.packed.get((entry.merged_from, signed.case))
    return standing.evidence.get((entry.patient_id, signed.covers.evidence_until))
