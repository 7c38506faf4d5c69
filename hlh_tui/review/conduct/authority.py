"""Who may do what: one matrix of action, phase and role (``authority.toml``), asked by every way in.

The app, the command line and packs all come here, so all refuse alike (ICH E6(R3) 4.1; 21 CFR 11.10(g)).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.models import PHASES
from hlh_tui.review.conduct.state import Conduct, conduct_of
from hlh_tui.review.errors import NotAllowed
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

FILE = Path(__file__).with_suffix(".toml")
DECIDING = frozenset({"decide", "adjudicate", "settle", "global_read", "undo"})
"""What a lock on the case, or on the whole study, forbids."""
UNDER_DECISIONS = frozenset({"import", "adopt"})
"""What a lock on the whole study forbids too: it would change the charts or the criteria under what was decided."""
READ = """
SELECT count(*) FROM log
WHERE action = 'decided' AND actor = $1 AND patient_id = $2 AND payload ->> '$.role' IN ('reader', 'repeat')"""
THIRD_READER = "two_plus_one"
OWN_CASES = frozenset({"adjudicate"})
"""What a person may not do on a case that they read themselves."""
IN_PHASES = frozenset({"move_phase", "deal", "pack", "merge"})
"""What there is only in a study read in phases."""
RESULTS = frozenset({"results", "agreement", "compare"})
"""What a training study keeps closed for good."""
SEND_BACK = "send_back"
"""What a pack is for; not in the matrix, as whoever has the pack may."""
NOT_IN_TRAINING = frozenset({"deal", "pack", "merge", "import", "adopt", "export", "cut", "sign", "train"})
"""What a training study refuses, so that its decisions never come near a real one."""


@cache
def matrix() -> dict[str, dict[str, Any]]:
    """Action -> its words and, for each phase, the roles that may do it."""
    import tomllib

    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def is_phased(study: Study) -> bool:
    """Whether the study's protocol is read in phases."""
    return study.protocol.blinding.mode == "phased"


def phase_of(study: Study) -> str:
    """The phase the study is in; an open study is always in ``open``."""
    if not is_phased(study):
        return "open"
    moves = conduct_of(study).moves
    return moves[-1].new if moves else PHASES[0]


def deciding_role(study: Study, actor_id: str, wanted: str = "reader") -> str:
    """In which role this person's decisions count now: reader, adjudicator, consensus or global.

    In an open study the one they want. In a study read in phases the third reader settles, the panel does where no
    third reader is foreseen, and whoever adds a read once the study is open does so with hindsight.
    """
    if not is_phased(study):
        return wanted
    phase, person = phase_of(study), conduct_of(study).people.get(actor_id)
    if phase == "open":
        return "global"
    if person is not None and person.role == "adjudicator":
        return "adjudicator"
    return "consensus" if phase == "consensus" else "reader"


def require(study: Study, actor: Actor, action: str, patient_id: str | None = None) -> None:
    """Raise ``NotAllowed`` with the sentence of ``refusal``, if there is one."""
    why = refusal(study, actor, action, patient_id)
    if why is not None:
        raise NotAllowed(why)


def refusal(study: Study, actor: Actor, action: str, patient_id: str | None = None) -> str | None:
    """Why the actor may not do this now (to this case), in a sentence that says what to do; None if they may."""
    conduct = conduct_of(study)
    if action in NOT_IN_TRAINING and study.protocol.training.practice:
        words = matrix()[action]["words"]
        return f"{study.path.name} is a training study, where nobody may {words}; use a study of its own"
    foreseen = _by_topology(study, action)
    if foreseen is not None:
        return foreseen
    if is_phased(study):
        why = (
            _by_role(study, conduct, actor, action)
            or _by_third_reader(study, action)
            or _by_case(conduct, actor, action, patient_id)
        )
        if why is None and action in OWN_CASES and patient_id is not None and _has_read(study, actor.id, patient_id):
            why = f"{actor.name} has read {patient_id} and cannot settle it: another adjudicator does"
        if why is not None:
            return why
    if action in DECIDING:
        return _by_lock(conduct, patient_id)
    return _by_lock(conduct, None) if action in UNDER_DECISIONS else None


def out_of_reach(study: Study, actor_id: str) -> frozenset[str]:
    """The actions that can never be this person's in this study, whatever phase it comes to, and locks aside.

    Phases go on and back until the study is open, a pack stays in the one it was written in; who has no role yet may
    be given any.
    """
    conduct, protocol = conduct_of(study), study.protocol
    found = {action for action in matrix() if not _in_reach(study, conduct, actor_id, action)}
    if conduct.pack is not None and not any(person.public_key for person in conduct.people.values()):
        found.add("sign")  # a key that is registered later is known to a later pack alone
    if protocol.blinding.reveal_proposal == "after_first_decision":
        found.discard("see_proposal")
    if conduct.pack is None or not protocol.blinding.hide_after_cut_off:
        found.discard("reveal")  # the whole chart is open to all in the end, if not before
    return frozenset(found if conduct.pack is not None else found | {SEND_BACK})


def _in_reach(study: Study, conduct: Conduct, actor_id: str, action: str) -> bool:
    if study.protocol.training.practice and action in NOT_IN_TRAINING | RESULTS:
        return False
    if _by_topology(study, action) is not None:
        return False
    if not is_phased(study):
        return action not in IN_PHASES
    now, person = phase_of(study), conduct.people.get(actor_id)
    phases = PHASES if now != PHASES[-1] and conduct.pack is None else (now,)
    roles = {role for phase in phases for role in matrix()[action].get(phase, [])}
    fits = bool(roles) if person is None else person.role in roles
    return fits and _by_third_reader(study, action) is None


def _by_topology(study: Study, action: str) -> str | None:
    """A third read and a read with hindsight are for studies whose protocol foresees them."""
    protocol = study.protocol
    if action == "global_read" and not protocol.review.global_read:
        return f"protocol {protocol.id} foresees no read with hindsight; decide as reader"
    if action == "adjudicate" and protocol.review.topology != THIRD_READER:
        topology = protocol.review.topology.replace("_", " ")
        return f"protocol {protocol.id} ({topology}) foresees no third reader; settle differences by consensus"
    return None


def _by_third_reader(study: Study, action: str) -> str | None:
    """Where a third reader settles, neither of the two readers nor the coordinator records a consensus instead."""
    protocol = study.protocol
    if action != "settle" or protocol.review.topology != THIRD_READER:
        return None
    return f"protocol {protocol.id} (two plus one) leaves differences to the third reader; an adjudicator settles them"


def _by_role(study: Study, conduct: Conduct, actor: Actor, action: str) -> str | None:
    rule, phase = matrix()[action], phase_of(study)
    roles: list[str] = rule.get(phase, [])
    person = conduct.people.get(actor.id)
    if person is None:
        return (
            f"{actor.name} has no role in this study; the coordinator gives one with hlh-tui reader add"
            f" {study.path.name} {actor.name!r} --role reader, or name yourself with --reader"
        )
    if person.role in roles:
        return None
    phases = [one for one in PHASES if person.role in rule.get(one, [])]
    if phases:
        return f"{_a(person.role)} may {rule['words']} in phase {_some(phases)}, and the study is in phase {phase}"
    allowed = dict.fromkeys(role for one in PHASES for role in rule.get(one, []))
    return f"only {_some([_a(role) for role in allowed])} may {rule['words']}, and {actor.name} is {_a(person.role)}"


def _by_case(conduct: Conduct, actor: Actor, action: str, patient_id: str | None) -> str | None:
    """A reader decides the cases dealt to them, where they were dealt."""
    if action != "decide" or patient_id is None or not conduct.dealt or conduct.pack is not None:
        return None
    mine = [deal for deal in conduct.dealt if deal.reader == actor.id]
    held = [deal for deal in mine if any(case[1] == patient_id for case in deal.cases)]
    if not held:
        return f"{patient_id} was not dealt to {actor.name}; the coordinator deals with hlh-tui deal"
    return f"{patient_id} was dealt to {actor.name} in the pack {held[0].pack_id}: decide it there and return the pack"


def _by_lock(conduct: Conduct, patient_id: str | None) -> str | None:
    lock = conduct.locks.get(patient_id) or conduct.locks.get(None)
    if lock is None:
        return None
    what = "the study" if lock.patient_id is None else lock.patient_id
    return f"{what} is locked by {lock.actor_name} ({lock.reason}); the coordinator unlocks it with a reason first"


def _has_read(study: Study, actor_id: str, patient_id: str) -> bool:
    """Whether this person ever decided the case as its reader, also where they took that back."""
    return bool(study.rows(READ, (actor_id, patient_id))[0][0])


def _some(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _a(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
