"""The conduct of a study as its log tells it, kept between questions and brought up to date with the log's head."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from hlh_tui.review.conduct.models import Dealt, Lock, Move, Person

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Entry

ACTIONS = """
SELECT seq, recorded_at, actor, actor_name, action, patient_id, payload
FROM log
WHERE seq > $1 AND (CAST($2 AS BIGINT) IS NULL OR seq <= $2) AND action IN (
    'study_created', 'person_registered', 'person_withdrawn', 'phase_moved', 'locked', 'unlocked', 'revealed',
    'cases_dealt'
)
ORDER BY seq"""


@dataclass(slots=True)
class Conduct:
    """People, moves between phases, locks, reveals and dealt cases as of entry ``seq``."""

    seq: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    withdrawn: dict[str, Person] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    locks: dict[str | None, Lock] = field(default_factory=dict)
    revealed: set[tuple[str, str]] = field(default_factory=set)
    """Reader and patient, where the reader had the data after the cut-off shown."""
    dealt: list[Dealt] = field(default_factory=list)
    pack: dict[str, Any] | None = None
    """What entry 1 says where this study is a pack for one reader."""

    def take(self, row: tuple[Any, ...]) -> None:
        """Let the next entry count; ``row`` as ``ACTIONS`` gives it."""
        seq, recorded_at, actor, actor_name, action, patient_id, text = row
        said: dict[str, Any] = json.loads(text)
        if action == "study_created":
            self._begin(seq, actor, actor_name, said)
        elif action == "person_registered":
            who = said["person"]
            self.withdrawn.pop(who["id"], None)
            self.people[who["id"]] = Person(who["id"], who["name"], said["role"], said.get("public_key"), seq)
        elif action == "person_withdrawn":
            gone = self.people.pop(said["person"]["id"], None)
            if gone is not None:
                self.withdrawn[gone.id] = gone
        elif action == "phase_moved":
            missing = said.get("missing", 0)
            self.moves.append(
                Move(seq, recorded_at, actor, actor_name, said["old"], said["new"], said["reason"], missing)
            )
        elif action == "locked":
            self.locks[patient_id] = Lock(seq, recorded_at, patient_id, actor_name, said["reason"])
        elif action == "unlocked":
            self.locks.pop(patient_id, None)
        elif action == "revealed":
            self.revealed.add((actor, patient_id))
        elif action == "cases_dealt":
            cases = tuple((one["case"], one["patient_id"], bool(one["repeat"])) for one in said["cases"])
            self.dealt.append(Dealt(seq, said["reader"]["id"], said["pack_id"], cases))

    def _begin(self, seq: int, actor: str, actor_name: str, said: dict[str, Any]) -> None:
        self.pack = said.get("pack")
        if self.pack is None:
            self.people[actor] = Person(actor, actor_name, "coordinator", None, seq)
            return
        reader = self.pack["reader"]
        self.people[reader["id"]] = Person(reader["id"], reader["name"], "reader", reader.get("public_key"), seq)


KEPT: WeakKeyDictionary[Study, Conduct] = WeakKeyDictionary()
TURN = threading.Lock()


def conduct_of(study: Study) -> Conduct:
    """The conduct as of now; read it, do not change it."""
    with TURN:
        conduct = KEPT.setdefault(study, Conduct())
        head = study.head[0]
        if conduct.seq != head:
            if conduct.seq > head:
                conduct = KEPT[study] = Conduct()
            for row in study.rows(ACTIONS, (conduct.seq, None)):
                conduct.take(row)
            conduct.seq = head
        return conduct


def passed(study: Study, entry: Entry) -> None:
    """Let an entry that was just appended, and says nothing of the conduct, count without reading it back."""
    with TURN:
        conduct = KEPT.get(study)
        if conduct is not None and conduct.seq == entry.seq - 1:
            conduct.seq = entry.seq


def conduct_at(study: Study, upto: int) -> Conduct:
    """The conduct as of an earlier entry."""
    conduct = Conduct(seq=upto)
    for row in study.rows(ACTIONS, (0, upto)):
        conduct.take(row)
    return conduct
