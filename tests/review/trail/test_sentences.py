"""C18: every action of the log is told in an English sentence, with what was before and what is since."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hlh_tui
from hlh_tui.review.trail.models import Change
from hlh_tui.review.trail.sentences import actions_called, changes, label, sentence, wordings
from tests.review.trail.log_of_everything import TOLD

ACTION = re.compile(r"\"([a-z]+(?:_[a-z]+)*)\"")


@pytest.mark.parametrize(("action", "case", "payload", "told"), TOLD)
def test_c18_an_entry_is_told_in_a_sentence(action, case, payload, told):
    assert sentence(action, case, payload) == told


def test_every_action_that_is_told_is_tried():
    tried = {action for action, _, _, _ in TOLD}
    assert set(wordings()) - {"unknown"} == tried - {"teleported"}


APPENDS = re.compile(r"\bappend\(\s*study,\s*\w+(?:\.\w+)?,\s*\"([a-z_]+)\"")
NAMED = re.compile(r"^ACTION = \"([a-z_]+)\"", re.MULTILINE)


def test_every_action_that_the_program_writes_has_words():
    """A new action without words would be told as one of a newer version."""
    root = Path(hlh_tui.__file__).parent
    written = set()
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        written |= set(APPENDS.findall(text)) | (set(NAMED.findall(text)) if "append(" in text else set())
    assert {"decided", "voted", "redacted", "trail_reviewed", "criteria_adopted", "undone"} <= written | {"redacted"}
    assert written - set(wordings()) == set()


def test_c2_old_and_new_stand_beside_each_other():
    said = next(payload for action, _, payload, _ in TOLD if action == "decided" and payload["old"])
    assert changes("decided", said) == (
        Change("category", "CR", "PR"),
        Change("confidence", "high", "low"),
        Change("reason", None, "spleen"),
    )
    phase = next(payload for action, _, payload, _ in TOLD if action == "phase_moved")
    assert changes("phase_moved", phase) == (Change("phase", "read", "compare"),)
    reading = next(payload for action, _, payload, _ in TOLD if action == "reading_chosen")
    assert changes("reading_chosen", reading) == (Change("missing", "strict", "best"),)
    gone = next(payload for action, _, payload, _ in TOLD if action == "person_withdrawn")
    assert changes("person_withdrawn", gone) == (Change("role", "reader", None),)


def test_c3_a_first_decision_has_no_old_value():
    said = next(payload for action, _, payload, _ in TOLD if action == "decided" and not payload["old"])
    assert changes("decided", said) == (
        Change("category", None, "CR"),
        Change("day", None, "14"),
        Change("confidence", None, "high"),
    )


def test_actions_are_found_by_name_and_by_label():
    assert actions_called("decided") == ("decided",)
    assert actions_called("Query") == ("query_raised", "query_answered", "query_closed", "query_reopened")
    assert actions_called("phase moved") == ("phase_moved",)
    assert actions_called("nonsense") == ()
    assert (label("query_raised"), label("beamed_up")) == ("query", "beamed up")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("old", "new", "category", "cases", "reader", "added", "files", "seen", "fields", "missing", "owner", "role")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(wordings())),
    st.none() | st.text(max_size=5),
    st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), JSON, max_size=5),
)
def test_a_payload_of_any_shape_gives_a_sentence(action, case, payload):
    """A log may come from a newer version, or from outside."""
    told = sentence(action, case, payload)
    assert told
    assert "\n" not in told
    assert all(one.old != one.new for one in changes(action, payload))
