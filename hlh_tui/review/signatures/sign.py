"""Sign a decision or a final category: one entry for each, bound to decision, chart and log (21 CFR 11.70)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.review.conduct.authority import is_phased, require
from hlh_tui.review.conduct.blinding import evidence_until, sees_others
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.models import CurrentDecision, FinalCategory, Saved
from hlh_tui.review.signatures.errors import SignatureRefused
from hlh_tui.review.signatures.evidence import evidence_of
from hlh_tui.review.signatures.meanings import Meaning, meaning_of
from hlh_tui.review.signatures.models import NOT_COUNTED, Covers, Signed, SignedDecision, SignedFinal
from hlh_tui.review.signatures.read import decision_hashes, first_keys
from hlh_tui.review.signatures.statement import sign_bytes, statement_of
from hlh_tui.review.signatures.status import signatures
from hlh_tui.review.state import current_decisions, final_categories
from hlh_tui.study.errors import ReadOnlyStudy
from hlh_tui.study.log import append_all, utc_now
from hlh_tui.study.models import Act

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision to sign, and the final category where that is what is signed."""

    decision: CurrentDecision
    final: SignedFinal | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Case and decision, by which signatures are told apart."""
        return self.decision.patient_id, self.decision.seq

    @property
    def category(self) -> str:
        """The category that is signed."""
        return self.decision.category if self.final is None else self.final.category


def sign(study: Study, actor: Actor, patient_id: str, meaning: str, key: Key) -> Saved:
    """Sign one case as ``actor`` and return the entry; see ``sign_cases``."""
    return sign_cases(study, actor, [patient_id], meaning, key)[0]


def sign_cases(study: Study, actor: Actor, patient_ids: Sequence[str], meaning: str, key: Key) -> tuple[Saved, ...]:
    """Sign each case with ``key`` (opened for this act with its passphrase): an entry each, all of them or none.

    Where the same signature holds already, its entry is returned with ``already`` set. ``SignatureRefused`` says what
    is in the way: another person's key, a key that the study does not know, nothing to sign, a final category that is
    closed. ``NotAllowed`` where the actor's role may not sign now.
    """
    meant = meaning_of(meaning)
    with study.writing:
        require_signing(study, actor)
        require_own_key(study, actor, key)
        wanted = what_to_sign(study, actor, patient_ids, meant)
        cases = [each.decision.patient_id for each in wanted]
        held, digests = holding(study, actor, cases, meant), evidence_for(study, actor, cases)
        hashes = decision_hashes(study)

        def act(each: Wanted) -> Callable[[str], Act]:
            decision = each.decision
            until, evidence = digests[decision.patient_id]

            def after(head: str) -> Act:
                covers = Covers(hashes[decision.seq], evidence, until, head, each.final)
                payload = signed_payload(study, actor, decision, meant, covers, key)
                return Act(actor, "signed", decision.patient_id, payload)

            return after

        new = [each for each in wanted if each.key not in held]
        made = append_all(study, map(act, new))
        saved = {
            each.key: Saved(entry.seq, entry.hash, entry.recorded_at) for each, entry in zip(new, made, strict=True)
        }
    return tuple(held.get(each.key) or saved[each.key] for each in wanted)


def signable(study: Study, actor: Actor, meaning: Meaning) -> tuple[str, ...]:
    """The cases that the actor could sign with that meaning, in patient order."""
    if meaning.signs == "decision":
        found = {each.patient_id for each in current_decisions(study) if each.reader == actor.id}
    else:
        found = {each.patient_id for each in final_categories(study).values() if each.category is not None}
    return tuple(sorted(found))


def announcement(study: Study, actor: Actor, patient_ids: Sequence[str], meaning: Meaning) -> str:
    """What is about to be signed, in words: printed name, time, meaning, and each case with its category.

    Raises as ``sign_cases`` where something could not be signed, before anybody types a passphrase.
    """
    require_signing(study, actor)
    wanted = what_to_sign(study, actor, patient_ids, meaning)
    cases = ", ".join(f"{each.decision.patient_id} {each.category}" for each in wanted)
    when = utc_now()[:16].replace("T", " ")
    count = "1 case" if len(wanted) == 1 else f"{len(wanted)} cases"
    return f"{actor.name} signs on {when} UTC: {meaning.text}\n{count}: {cases}"


def signed_payload(
    study: Study, actor: Actor, decision: CurrentDecision, meaning: Meaning, covers: Covers, key: Key
) -> dict[str, Any]:
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
    payload: dict[str, Any] = msgspec.to_builtins(made)
    try:
        msgspec.convert(payload, Signed)
    except msgspec.ValidationError as error:
        raise SignatureRefused(
            f"the signature of {actor.name} on {decision.patient_id} could not be read again ({error}); sign under a"
            " shorter name"
        ) from error
    return payload


def require_signing(study: Study, actor: Actor) -> None:
    """``NotAllowed`` where the actor's role may not sign now, ``ReadOnlyStudy`` where nothing can be recorded."""
    if study.read_only:
        raise ReadOnlyStudy(f"{study.path.name} is open for reading only: sign in the study itself")
    require(study, actor, "sign")


def require_own_key(study: Study, actor: Actor, key: Key) -> None:
    """``SignatureRefused`` unless the key is the actor's, and the one under which the study knows them."""
    if key.id != actor.id:
        raise SignatureRefused(f"the key is that of {key.name}, and {actor.name} signs; open your own key")
    conduct = conduct_of(study)
    person = conduct.people.get(actor.id)
    require_printed_name(actor, key, None if person is None else person.name)
    known = None if person is None else person.public_key
    where = study.path.name if conduct.pack is None else "STUDY"
    role = "reader" if person is None else person.role
    add = f"hlh-tui reader add {where} {quote(actor.name)} --role {role} --key {key.public_key} --reason TEXT"
    again = "" if conduct.pack is None else ", and writes the pack again"
    if known is None and is_phased(study):
        raise SignatureRefused(
            f"the study does not know the key of {actor.name}; the coordinator registers it with {add}{again}"
        )
    if known is None:
        known = first_keys(study).get(actor.id, key.public_key)
    if known != key.public_key:
        raise SignatureRefused(
            f"the study knows {actor.name} by another key ({known}); sign on the computer that has it, or have the"
            f" coordinator register this one with {add}{again}"
        )


def require_printed_name(actor: Actor, key: Key, registered: str | None) -> None:
    """``SignatureRefused`` unless the actor signs under the name of the key, and under the registered one if any.

    Many ways of writing a name, among them the user id, are one person; 21 CFR 11.50(a)(1) asks for the printed name.
    """
    for of, name in (("made out to", key.name), ("registered for", registered)):
        if name is not None and actor.name != name:
            raise SignatureRefused(f"the key is {of} {name}; sign under that printed name, not as {actor.name}")


def what_to_sign(study: Study, actor: Actor, patient_ids: Sequence[str], meaning: Meaning) -> list[Wanted]:
    """What there is to sign in each case, in the order given; ``SignatureRefused`` for the first case without it."""
    cases = list(dict.fromkeys(patient_ids))
    if meaning.signs != "decision" and not sees_others(study, actor.id):
        raise SignatureRefused("final categories are closed to you in this phase; sign your own decision")
    by_case: dict[str, list[CurrentDecision]] = {}
    for each in current_decisions(study, cases[0] if len(cases) == 1 else None):
        by_case.setdefault(each.patient_id, []).append(each)
    if meaning.signs == "decision":
        return [Wanted(own_decision(actor, case, by_case.get(case, ()))) for case in cases]
    finals, hashes = final_categories(study), decision_hashes(study)
    return [final_decision(case, by_case.get(case, ()), finals.get(case), hashes) for case in cases]


def own_decision(actor: Actor, patient_id: str, decisions: Sequence[CurrentDecision]) -> CurrentDecision:
    """The newest decision of the actor in force."""
    mine = [each for each in decisions if each.reader == actor.id]
    if not mine:
        raise SignatureRefused(
            f"{actor.name} has no decision in force for {patient_id} that could be signed; decide the case first"
        )
    return max(mine, key=lambda each: each.seq)


def final_decision(
    patient_id: str, decisions: Sequence[CurrentDecision], final: FinalCategory | None, hashes: dict[int, str]
) -> Wanted:
    """The final category with the decision that makes it: the consensus or adjudicator's, else the newest read.

    It rests on every decision of the case but global reads and hidden repeats.
    """
    if final is None or final.category is None:
        raise SignatureRefused(f"{patient_id} has no final category that could be signed; settle the case first")
    counted = [each for each in decisions if each.role not in NOT_COUNTED]
    settled = [each for each in counted if each.role in ("consensus", "adjudicator")]
    rest = tuple(sorted(hashes[each.seq] for each in counted))
    return Wanted(max(settled or counted, key=lambda each: each.seq), SignedFinal(final.category, final.source, rest))


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
