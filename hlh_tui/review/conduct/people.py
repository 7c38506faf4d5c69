"""People and their roles: registered and withdrawn by the coordinator, each with a reason, each an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.conduct.models import ROLES, Person
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.errors import ConductRefused
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor, Entry

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def people(study: Study) -> dict[str, Person]:
    """Person id -> person, of everybody with a role now; who made the study is its first coordinator."""
    return dict(conduct_of(study).people)


def role_of(study: Study, actor_id: str) -> str | None:
    """The role of that person, or None where they have none."""
    person = conduct_of(study).people.get(actor_id)
    return None if person is None else person.role


def register(study: Study, actor: Actor, person: Actor, role: str, reason: str, public_key: str | None = None) -> Entry:
    """Give a person a role and, if given, their public key; a person registered before gets the new role and key.

    ``NotAllowed`` unless the actor coordinates; ``ConductRefused`` for an unknown role, a missing reason, a change
    that changes nothing, or a study that would be left without a coordinator.
    """
    require(study, actor, "register")
    with study.writing:
        if role not in ROLES:
            raise ConductRefused(f"{role!r} is no role; use one of {', '.join(ROLES)}")
        _require_reason(reason, f"registering {person.name}")
        old = conduct_of(study).people.get(person.id)
        key = _key_of(study, person, public_key) if public_key is not None else None if old is None else old.public_key
        if old is not None and (old.name, old.role, old.public_key) == (person.name, role, key):
            raise ConductRefused(f"{person.name} is {_a(role)} already; nothing was recorded")
        if old is not None and role != "coordinator":
            _require_another_coordinator(study, old)
        return append(
            study,
            actor,
            "person_registered",
            payload={
                "person": {"id": person.id, "name": person.name},
                "role": role,
                "public_key": key,
                "reason": reason.strip(),
                "old": None if old is None else {"role": old.role, "public_key": old.public_key},
            },
        )


def withdraw(study: Study, actor: Actor, person_id: str, reason: str) -> Entry:
    """Take a person's role away; what they decided stays. Refusals as for ``register``."""
    require(study, actor, "register")
    with study.writing:
        _require_reason(reason, "a withdrawal")
        old = conduct_of(study).people.get(person_id)
        if old is None:
            known = ", ".join(sorted(conduct_of(study).people)) or "nobody"
            raise ConductRefused(f"{person_id!r} has no role in this study; registered are {known}")
        _require_another_coordinator(study, old)
        return append(
            study,
            actor,
            "person_withdrawn",
            payload={
                "person": {"id": old.id, "name": old.name},
                "reason": reason.strip(),
                "old": {"role": old.role, "public_key": old.public_key},
            },
        )


def _key_of(study: Study, person: Actor, public_key: str) -> str:
    """The key in its one spelling; refused where it is none, or somebody else's."""
    from hlh_tui.review.signatures.public_keys import require_public_key

    key, conduct = require_public_key(public_key), conduct_of(study)
    for other in (*conduct.people.values(), *conduct.withdrawn.values()):
        if other.public_key == key and other.id != person.id:
            raise ConductRefused(f"this is the key of {other.name}; each person has a key of their own")
    return key


def _require_another_coordinator(study: Study, person: Person) -> None:
    others = [one for one in conduct_of(study).people.values() if one.role == "coordinator" and one.id != person.id]
    if person.role == "coordinator" and not others:
        raise ConductRefused(f"{person.name} is the only coordinator; register another one first")


def _require_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise ConductRefused(f"{what} needs a reason; say why in a sentence")


def _a(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
