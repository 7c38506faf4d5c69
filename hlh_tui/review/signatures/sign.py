"""Sign a decision or a final category: one entry for each, bound to decision, chart and log (21 CFR 11.70)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from hlh_tui.review.conduct.authority import is_phased, require
from hlh_tui.review.conduct.blinding import evidence_until, sees_others
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.models import CurrentDecision, Saved
from hlh_tui.review.signatures.errors import SignatureRefused
from hlh_tui.review.signatures.evidence import evidence_of
from hlh_tui.review.signatures.meanings import Meaning, meaning_of
from hlh_tui.review.signatures.models import Covers, Signed, SignedDecision, SignedFinal
from hlh_tui.review.signatures.read import decision_hashes, signed_entries
from hlh_tui.review.signatures.statement import sign_bytes, statement_of
from hlh_tui.review.signatures.status import signatures
from hlh_tui.review.state import current_decisions, final_categories
from hlh_tui.study.log import append, utc_now

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


def sign(study: Study, actor: Actor, patient_id: str, meaning: str, key: Key) -> Saved:
    """Sign one case as ``actor`` and return the entry; see ``sign_cases``."""
    return sign_cases(study, actor, [patient_id], meaning, key)[0]


def sign_cases(study: Study, actor: Actor, patient_ids: Sequence[str], meaning: str, key: Key) -> tuple[Saved, ...]:
    """Sign each case with ``key`` (opened for this act with its passphrase): an entry each, in the order given.

    Where the same signature holds already, its entry is returned with ``already`` set. ``SignatureRefused`` says what
    is in the way: another person's key, a key that the study does not know, nothing to sign, a final category that is
    closed. ``NotAllowed`` where the actor's role may not sign now.
    """
    meant = meaning_of(meaning)
    with study.writing:
        require(study, actor, "sign")
        require_own_key(study, actor, key)
        wanted = [what_to_sign(study, actor, patient_id, meant) for patient_id in dict.fromkeys(patient_ids)]
        held = holding(study, actor, [each.patient_id for each, _ in wanted], meant)
        digests = evidence_for(study, actor, [each.patient_id for each, _ in wanted])
        hashes = decision_hashes(study)
        saved: list[Saved] = []
        for decision, final in wanted:
            before = held.get((decision.patient_id, decision.seq))
            if before is not None:
                saved.append(before)
                continue
            until, evidence = digests[decision.patient_id]
            covers = Covers(hashes[decision.seq], evidence, until, study.head[1], final)
            payload = signed_payload(study, actor, decision, meant, covers, key)
            entry = append(study, actor, "signed", decision.patient_id, payload)
            saved.append(Saved(entry.seq, entry.hash, entry.recorded_at))
    return tuple(saved)


def signed_payload(
    study: Study, actor: Actor, decision: CurrentDecision, meaning: Meaning, covers: Covers, key: Key
) -> dict[str, object]:
    """The payload of the entry, its signature made."""
    pack = conduct_of(study).pack
    unsigned = Signed(
        decision=SignedDecision(decision.seq, covers.entry_hash),
        meaning=meaning.text,
        printed_name=actor.name,
        signed_at=utc_now(),
        covers=covers,
        study_id=study.facts["study_id"] if pack is None else pack["study_id"],
        pack_id=None if pack is None else pack["pack_id"],
        case=decision.patient_id,
        public_key=key.public_key,
        signature="-",
    )
    made = msgspec.structs.replace(unsigned, signature=sign_bytes(key, statement_of(unsigned, actor.id)))
    payload: dict[str, object] = msgspec.to_builtins(made)
    return payload


def require_own_key(study: Study, actor: Actor, key: Key) -> None:
    """``SignatureRefused`` unless the key is the actor's, and the one under which the study knows them."""
    if key.id != actor.id:
        raise SignatureRefused(f"the key is that of {key.name}, and {actor.name} signs; open your own key")
    person = conduct_of(study).people.get(actor.id)
    known = None if person is None else person.public_key
    if known is None and is_phased(study):
        raise SignatureRefused(
            f"the study does not know the key of {actor.name}; the coordinator registers it with hlh-tui reader add"
            f" {study.path.name} {actor.name!r} --key {key.public_key}"
        )
    if known is None:
        used = [each.signed.public_key for each in signed_entries(study) if each.actor == actor.id and each.signed]
        known = used[0] if used else key.public_key
    if known != key.public_key:
        raise SignatureRefused(
            f"the study knows {actor.name} by another key ({known}); sign on the computer that has it, or have the"
            f" coordinator register this one with hlh-tui reader add {study.path.name} {actor.name!r}"
            f" --key {key.public_key}"
        )


def what_to_sign(
    study: Study, actor: Actor, patient_id: str, meaning: Meaning
) -> tuple[CurrentDecision, SignedFinal | None]:
    """The decision to sign, and the final category if the meaning is about it; ``SignatureRefused`` without one."""
    decisions = current_decisions(study, patient_id)
    if meaning.signs == "decision":
        mine = [each for each in decisions if each.reader == actor.id]
        if not mine:
            raise SignatureRefused(
                f"{actor.name} has no decision in force for {patient_id} that could be signed; decide the case first"
            )
        return max(mine, key=lambda each: each.seq), None
    if not sees_others(study, actor.id):
        raise SignatureRefused("final categories are closed to you in this phase; sign your own decision")
    final = final_categories(study).get(patient_id)
    if final is None or final.category is None:
        raise SignatureRefused(f"{patient_id} has no final category that could be signed; settle the case first")
    return resting_on(decisions), SignedFinal(final.category, final.source, final_hashes(study, decisions))


def resting_on(decisions: Sequence[CurrentDecision]) -> CurrentDecision:
    """The decision that makes the final category: the consensus or adjudicator's, else the newest read."""
    settled = [each for each in decisions if each.role in ("consensus", "adjudicator")]
    return max(settled or decisions, key=lambda each: each.seq)


def final_hashes(study: Study, decisions: Sequence[CurrentDecision]) -> tuple[str, ...]:
    """The hashes of the decisions that the final category rests on, in order; a global read is none of them."""
    hashes = decision_hashes(study)
    return tuple(sorted(hashes[each.seq] for each in decisions if each.role not in ("global", "repeat")))


def holding(study: Study, actor: Actor, patient_ids: Sequence[str], meaning: Meaning) -> dict[tuple[str, int], Saved]:
    """(Patient, decision) -> the entry of the actor's signature with that meaning that holds already."""
    found: dict[tuple[str, int], Saved] = {}
    wanted = set(patient_ids)
    for each in signatures(study, patient_ids[0] if len(wanted) == 1 else None):
        if each.valid and each.signer == actor.id and each.patient_id in wanted and each.meaning == meaning.text:
            assert each.decision_seq is not None  # noqa: S101  a valid signature has its decision
            found[each.patient_id, each.decision_seq] = Saved(each.seq, each.hash, each.recorded_at, already=True)
    return found


def evidence_for(study: Study, actor: Actor, patient_ids: Sequence[str]) -> dict[str, tuple[float | None, str]]:
    """Patient id -> the last day of the chart that the actor may see (None: all), and its digest up to there."""
    groups: dict[float | None, list[str]] = {}
    for patient_id in patient_ids:
        groups.setdefault(evidence_until(study, actor.id, patient_id), []).append(patient_id)
    return {
        patient_id: (until, digest)
        for until, some in groups.items()
        for patient_id, digest in evidence_of(study, some, until).items()
    }
