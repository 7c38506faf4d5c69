"""What is begun and not saved is kept beside the study, for its reader alone, until it is saved."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from hlh_tui.review.begun import Begun, Draft, keep, kept
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import BegunNotReadable, BegunPutAside
from hlh_tui.review.models import Cited, Decision, Seen
from hlh_tui.study.file import Study, open_study
from tests.review.small_study import BIANCHI, MEYER, small_study

FERRITIN = Cited("observation", 14.0, "ferritin", "ferritin 640 µg/L")
SEEN = Seen(72.5, ("fever", "ferritin"), (0.0, 14.0), (2.0,), ("ferritin",), whole_course=True)
LOW_PR = Begun("a-meyer", "reader", "P05", Draft("PR", "low", "Fever gone, spleen not seen", True, (FERRITIN,)), SEEN)
CITED = Begun("a-meyer", "reader", "P01", Draft(evidence=(FERRITIN,)))


def test_what_is_begun_comes_back_as_it_was(study: Study) -> None:
    keep(study, MEYER, "reader", (LOW_PR, CITED))
    assert kept(study, MEYER, "reader") == (LOW_PR, CITED)
    keep(study, MEYER, "reader", (CITED,))
    assert kept(study, MEYER, "reader") == (CITED,)


def test_it_is_that_readers_in_that_role(study: Study) -> None:
    other = replace(CITED, reader="l-bianchi")
    keep(study, BIANCHI, "reader", (other,))
    keep(study, MEYER, "reader", (LOW_PR,))
    assert kept(study, MEYER, "consensus") == ()
    keep(study, MEYER, "reader", ())
    assert kept(study, MEYER, "reader") == ()
    assert kept(study, BIANCHI, "reader") == (other,)


def test_the_file_is_its_users_alone_and_goes_with_the_last_judgement(study: Study) -> None:
    before = set(study.path.parent.iterdir())
    keep(study, MEYER, "reader", (LOW_PR,))
    (made,) = set(study.path.parent.iterdir()) - before
    assert made.name == "small.begun.json"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert study.where.has(made), "a table could be written over it"
    keep(study, MEYER, "reader", ())
    assert set(study.path.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("draft", "is_kept"),
    [
        (Draft("PR", "high", "", False, (FERRITIN,)), False),
        (Draft("PR", "high", "Partial response: ferritin 640 µg/L on day 14.", True, (FERRITIN,)), False),
        (Draft("CR", "high", "", False, (FERRITIN,)), True),
        (Draft("PR", "low", "", False, (FERRITIN,)), True),
        (Draft("PR", "high", "Spleen not seen", True, (FERRITIN,)), True),
        (Draft("PR"), True),
    ],
    ids=["as drafted", "in own words", "category", "confidence", "reason", "evidence"],
)
def test_what_the_decision_in_force_says_already_is_not_begun_any_more(
    study: Study, draft: Draft, is_kept: bool
) -> None:
    reason = "Partial response: ferritin 640 µg/L on day 14."
    begun = Begun("a-meyer", "reader", "P05", draft)
    keep(study, MEYER, "reader", (begun,))
    decide(study, MEYER, Decision("P05", "PR", reason, "high", 14.0, "reader", (FERRITIN,)))
    assert kept(study, MEYER, "reader") == ((begun,) if is_kept else ())


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"study":"x","begun":[{"reader":1}]}'])
def test_a_file_that_cannot_be_read_is_put_aside_and_not_written_over(study: Study, content: bytes) -> None:
    study.where.begun.write_bytes(content)
    with pytest.raises(BegunPutAside, match=r"put aside as small\.begun\.unreadable\.json: look into it"):
        kept(study, MEYER, "reader")
    assert study.path.with_name("small.begun.unreadable.json").read_bytes() == content
    assert kept(study, MEYER, "reader") == ()
    keep(study, MEYER, "reader", (LOW_PR,))
    assert kept(study, MEYER, "reader") == (LOW_PR,)


@pytest.mark.parametrize("draft", [Draft("XX"), Draft("PR", "very high")], ids=["category", "confidence"])
def test_what_no_screen_could_show_is_put_aside(study: Study, draft: Draft) -> None:
    keep(study, MEYER, "reader", (replace(LOW_PR, draft=draft),))
    with pytest.raises(BegunPutAside, match=r"P05: no .* confidence here\); they are put aside"):
        kept(study, MEYER, "reader")


def test_a_file_that_the_system_refuses_is_left_to_whose_it_is(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(study, BIANCHI, "reader", (replace(LOW_PR, reader="l-bianchi"),))
    content = study.where.begun.read_bytes()

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refused)
        for use in (lambda: kept(study, MEYER, "reader"), lambda: keep(study, MEYER, "reader", (CITED,))):
            with pytest.raises(BegunNotReadable, match=r"small\.begun\.json cannot be read \(Permission denied\)"):
                use()
    assert study.where.begun.read_bytes() == content


def test_a_disk_that_refuses_leaves_what_was_kept_before(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(study, MEYER, "reader", (CITED,))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("hlh_tui.review.begun.os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            keep(study, MEYER, "reader", (LOW_PR,))
    assert kept(study, MEYER, "reader") == (CITED,)
    assert not [each for each in study.path.parent.iterdir() if each.name.startswith(".")]


def test_another_study_of_the_same_name_has_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with small_study(tmp_path / "one" / "small.duckdb") as one, small_study(tmp_path / "two" / "small.duckdb") as two:
        keep(one, MEYER, "reader", (LOW_PR,))
        two.where.begun.write_bytes(one.where.begun.read_bytes())
        assert kept(one, MEYER, "reader") == (LOW_PR,)
        assert kept(two, MEYER, "reader") == ()


def test_who_only_looks_has_begun_nothing(tmp_path: Path) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        keep(study, MEYER, "reader", (LOW_PR,))
    with open_study(tmp_path / "small.duckdb", read_only=True) as study:
        assert kept(study, MEYER, "reader") == ()
