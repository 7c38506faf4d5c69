"""What a study's log says of its readers: overruled, repeated, timed, drifting, moved by the proposal."""

from __future__ import annotations

from itertools import islice

import pytest

from hlh_tui.review.agreement.models import (
    Drifting,
    Estimate,
    Overruled,
    Repeats,
    Revealed,
    Seconds,
    Share,
    Undefined,
    WithProposal,
)
from hlh_tui.review.agreement.report import agreement
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import ReviewError
from hlh_tui.review.models import Decision
from hlh_tui.review.undo import undo
from hlh_tui.study.models import Actor
from tests.review.agreement.studies import BIANCHI, COHEN, MEYER, again, citing, read, settle, study_of, took


def share(k: int, n: int) -> Share:
    from hlh_tui.review.proportion import wilson

    return Share(k, n, *wilson(k, n))


def test_the_confusion_matrix_and_the_cases_behind_it(tmp_path) -> None:
    with study_of(tmp_path, 5) as study:
        read(study, MEYER, "CR PR PR NR -")
        read(study, BIANCHI, "CR PR IMP NE CR")
        found = agreement(study, MEYER)
    (one,) = found.confusions
    assert (one.rows.name, one.columns.name) == ("A. Meyer", "L. Bianchi")
    assert one.categories == ("CR", "PR", "IMP", "NR", "NE")
    assert one.counts == {("CR", "CR"): 1, ("PR", "PR"): 1, ("PR", "IMP"): 1, ("NR", "NE"): 1}
    assert one.cases["PR", "IMP"] == ("P03",)
    assert [each.patient_id for each in found.disagreements] == ["P03", "P04"]
    assert (found.cases, found.patients, found.reads) == (4, 5, 9)


def test_undone_and_changed_decisions_count_as_they_are_now(tmp_path) -> None:
    with study_of(tmp_path, 2) as study:
        read(study, MEYER, "CR PR")
        read(study, BIANCHI, "NR PR")
        assert agreement(study, MEYER).coefficients["percent"].estimate == 0.5
        read(study, BIANCHI, {"P01": "CR"})
        assert agreement(study, MEYER).coefficients["percent"].estimate == 1.0
        undo(study, BIANCHI, reason="a slip")
        assert agreement(study, MEYER).coefficients["percent"].estimate == 0.5


def test_the_reader_disagreement_index_counts_overruled_cases_of_all_cases_read(tmp_path) -> None:
    with study_of(tmp_path, 10) as study:
        read(study, MEYER, "CR CR CR CR CR PR PR PR NR NR")
        read(study, BIANCHI, "CR CR CR CR CR PR PR IMP CR PR")
        settle(study, {"P08": "IMP", "P09": "CR"})
        meyer, bianchi = agreement(study, MEYER).rows
    assert meyer.overruled == Overruled(share(2, 10), settled=2, open=1, patients=("P08", "P09"))
    assert bianchi.overruled == Overruled(share(0, 10), settled=2, open=1, patients=())


def test_the_index_waits_until_a_disagreement_is_settled(tmp_path) -> None:
    with study_of(tmp_path, 2) as study:
        read(study, MEYER, "CR CR")
        read(study, BIANCHI, "CR PR")
        assert agreement(study, MEYER).rows[0].overruled.index == Undefined("no disagreement is settled yet, 1 is open")


def test_hidden_duplicates_give_agreement_of_a_reader_with_themselves(tmp_path) -> None:
    with study_of(tmp_path, 6) as study:
        read(study, MEYER, "CR PR IMP NR NR CR")
        again(study, MEYER, {"P01": "CR", "P02": "PR", "P04": "IMP", "P05": "NR"})
        again(study, BIANCHI, {"P03": "CR"})  # a repeat without a first read says nothing
        (meyer,) = agreement(study, MEYER).rows
    assert isinstance(meyer.repeats, Repeats)
    assert (meyer.repeats.cases, meyer.repeats.patients) == (4, ("P04",))
    assert meyer.repeats.percent.estimate == 0.75
    # CR-CR, PR-PR, NR-IMP, NR-NR: seen 3/4, by chance (1 + 1 + 0 + 2) / 16
    assert meyer.repeats.kappa.estimate == pytest.approx((0.75 - 0.25) / 0.75)
    assert (meyer.cases, meyer.decisions) == (6, 10)


def test_duplicates_of_all_readers_together(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        read(study, MEYER, "CR PR NR")
        read(study, BIANCHI, "CR PR NR")
        again(study, MEYER, {"P01": "CR", "P02": "IMP"})
        again(study, BIANCHI, {"P01": "PR", "P02": "PR", "P03": "NR"})
        found = agreement(study, MEYER)
    assert isinstance(found.repeats, Repeats)
    assert (found.repeats.cases, found.repeats.patients) == (5, ("P01", "P02"))
    assert found.repeats.percent.estimate == pytest.approx(3 / 5)


def test_who_read_no_duplicate_is_told_so(tmp_path) -> None:
    with study_of(tmp_path, 1) as study:
        read(study, MEYER, "CR")
        assert agreement(study, MEYER).rows[0].repeats == Undefined("no hidden duplicate has been read")


def test_time_on_a_case_is_that_before_the_first_decision_and_may_be_missing(tmp_path) -> None:
    with study_of(tmp_path, 4) as study:
        read(study, MEYER, {"P01": "CR"}, seen=took(60))
        read(study, MEYER, {"P01": "PR"}, seen=took(5))
        read(study, MEYER, {"P02": "CR"}, seen=took(120))
        read(study, MEYER, {"P03": "CR"}, seen=took(30))
        read(study, MEYER, {"P04": "CR"})
        (row,) = agreement(study, MEYER).rows
    assert isinstance(row.seconds, Seconds)
    assert (row.seconds.cases, row.seconds.missing) == (3, 1)
    assert (row.seconds.first_quartile, row.seconds.median, row.seconds.third_quartile) == (30, 60, 120)
    assert row.seconds.total == 210
    assert row.decisions == 5


def test_decisions_are_counted_by_session(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        read(study, MEYER, {"P01": "CR", "P02": "PR"})
        study.session = "another"
        read(study, MEYER, {"P02": "CR", "P03": "CR"})
        found = agreement(study, MEYER)
    assert [(one.decisions, one.cases) for one in found.sessions] == [(2, 2), (2, 2)]
    assert found.rows[0].sessions == 2
    assert all(one.minutes >= 0 for one in found.sessions)


def test_drift_sets_the_first_part_of_a_readers_cases_against_the_last(tmp_path) -> None:
    with study_of(tmp_path, 9) as study:
        read(study, BIANCHI, "CR CR CR CR CR CR NR NR NR")
        read(study, MEYER, "CR CR CR CR CR PR CR CR NR")
        meyer = next(row for row in agreement(study, MEYER).rows if row.reader.id == "a-meyer")
    assert isinstance(meyer.drift, Drifting)
    assert [part.cases for part in meyer.drift.parts] == [3, 3, 3]
    assert [part.agreement for part in meyer.drift.parts] == [1.0, pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert [part.responders for part in meyer.drift.parts] == [3, 3, 2]
    assert meyer.drift.change.estimate == pytest.approx(-2 / 3)
    assert meyer.drift.change.lower is not None


def test_drift_follows_the_order_of_reading_not_of_the_names(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        read(study, MEYER, {"P03": "CR", "P01": "NR", "P02": "NR"})
        read(study, BIANCHI, "CR CR CR")
        meyer = agreement(study, MEYER).rows[0]
    assert isinstance(meyer.drift, Drifting)
    assert [part.agreement for part in meyer.drift.parts] == [1.0, 0.0, 0.0]


def test_two_cases_are_too_few_for_drift(tmp_path) -> None:
    with study_of(tmp_path, 2) as study:
        read(study, MEYER, "CR CR")
        assert isinstance(agreement(study, MEYER).rows[0].drift, Undefined)


def test_what_readers_cite_is_compared_by_criterion(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        read(study, MEYER, {"P01": "CR", "P02": "CR"}, evidence=citing("ferritin", "fever"))
        read(study, MEYER, {"P03": "CR"})
        read(study, BIANCHI, {"P01": "CR", "P03": "CR"}, evidence=citing("ferritin"))
        read(study, BIANCHI, {"P02": "CR"}, evidence=citing("fever"))
        found = {one.id: one for one in agreement(study, MEYER).by_criterion}
    assert {name: one.reads for name, one in found.items()} == {"ferritin": 4, "fever": 3}
    # P03 is no comparison, for A. Meyer cited nothing there
    assert found["ferritin"].percent.estimate == 0.5
    assert (found["ferritin"].differing, found["ferritin"].patients) == (1, ("P02",))
    assert found["fever"].patients == ("P01",)
    # of 2 + 1 reads that cite ferritin in the two compared cases, 2 find it cited by the other too
    assert found["ferritin"].specific.estimate == pytest.approx(2 / 3)


def test_each_category_and_outcome_against_the_rest(tmp_path) -> None:
    with study_of(tmp_path, 4) as study:
        read(study, MEYER, "CR PR PR NR")
        read(study, BIANCHI, "CR PR IMP NR")
        found = agreement(study, MEYER)
    by = {one.id: one for one in (*found.by_category, *found.by_outcome)}
    assert by["PR"].specific.estimate == pytest.approx(2 / 3)  # 2 x 1 agreed of 3 reads
    assert by["IMP"].specific.estimate == 0.0
    assert by["CR"].specific.estimate == 1.0
    assert by["response"].percent.estimate == 1.0
    assert (by["remission"].reads, by["remission"].patients) == (5, ("P03",))


def test_the_prevalence_warning_sets_the_numbers_side_by_side(tmp_path) -> None:
    with study_of(tmp_path, 20) as study:
        read(study, MEYER, " ".join(["CR"] * 18 + ["PR", "CR"]))
        read(study, BIANCHI, " ".join(["CR"] * 18 + ["CR", "PR"]))
        (warning,) = agreement(study, MEYER).warnings
    assert warning.startswith("CR holds 95 % of the reads, which lowers kappa and alpha")
    assert "agreement 90.0 %, kappa -0.05 and AC1 0.89 together" in warning


def test_balanced_categories_need_no_warning(tmp_path) -> None:
    with study_of(tmp_path, 4) as study:
        read(study, MEYER, "CR PR IMP NR")
        read(study, BIANCHI, "CR PR IMP IMP")
        assert agreement(study, MEYER).warnings == ()


# The proposal: charts without any value, so the rules propose the same for everybody


@pytest.fixture
def hinted(monkeypatch):
    """Proposals by hand."""

    def give(**categories: str) -> None:
        class Proposed:
            def __init__(self, category: str) -> None:
                self.category = category

        found = {patient: Proposed(category) for patient, category in categories.items()}
        monkeypatch.setattr("hlh_tui.assess.run.proposals", lambda study: found)

    return give


def test_changes_after_the_reveal_are_counted_toward_the_proposal_and_away(tmp_path, hinted) -> None:
    hinted(P01="PR", P02="CR", P03="CR", P04="NR", P05="CR")
    with study_of(tmp_path, 5) as study:
        read(study, MEYER, "CR CR CR NR -")  # each shows the proposal
        monkey = {"P01": "PR", "P02": "IMP"}
        read(study, MEYER, monkey)
        decide(study, MEYER, Decision("P05", "NR", "by script"), reveals=False)
        read(study, BIANCHI, "CR CR CR NR CR")
        meyer = agreement(study, MEYER).rows[0]
    done = meyer.revealed
    assert isinstance(done, Revealed)
    assert done.shown == 4
    # what the later decisions recorded as the proposal seen is the engine's own: NE for an empty chart
    assert done.changed == share(2, 4)
    assert done.patients == ("P01", "P02")


def test_a_decision_taken_back_after_the_reveal_still_was_the_one_before(tmp_path, hinted) -> None:
    hinted(P01="PR")
    with study_of(tmp_path, 1) as study:
        read(study, MEYER, "CR")
        undo(study, MEYER, reason="a slip")
        decide(study, MEYER, Decision("P01", "PR", "as proposed"))
        done = agreement(study, MEYER).rows[0].revealed
    assert isinstance(done, Revealed)
    assert (done.shown, done.changed, done.patients) == (1, share(1, 1), ("P01",))


def test_readers_beside_the_proposal(tmp_path, hinted) -> None:
    hinted(P01="CR", P02="PR", P03="NR", P04="NR")
    with study_of(tmp_path, 4) as study:
        read(study, MEYER, "CR PR IMP NR")
        proposal = agreement(study, MEYER).rows[0].proposal
    assert isinstance(proposal, WithProposal)
    assert proposal.percent.estimate == 0.75
    assert proposal.percent.cases == 4


def test_proposals_this_reader_has_not_been_shown_are_told_in_no_small_number(tmp_path, hinted) -> None:
    hinted(P01="CR", P02="PR", P03="NR", P04="NR", P05="CR", P06="PR")
    with study_of(tmp_path, 6) as study:
        read(study, MEYER, {"P01": "CR"})
        read(study, BIANCHI, {"P02": "PR", "P03": "NR", "P04": "NR"})
        few = next(row for row in agreement(study, MEYER).rows if row.reader.id == "l-bianchi")
        assert few.proposal == Undefined(
            "3 cases are left out: so few, or all alike, would tell what the rules propose for each"
        )
        assert isinstance(few.revealed, Undefined)
        read(study, BIANCHI, {"P05": "CR", "P06": "PR"})
        many = next(row for row in agreement(study, MEYER).rows if row.reader.id == "l-bianchi")
    assert isinstance(many.proposal, WithProposal)
    assert many.proposal.percent.estimate == 1.0


# Readers


def test_readers_of_one_name_are_told_apart_and_odd_names_work(tmp_path) -> None:
    odd = Actor("王-小明", "王 小明 [x]\x1b[31m")
    with study_of(tmp_path, 2) as study:
        read(study, Actor("one", "A. Meyer"), "CR PR")
        read(study, Actor("two", "A. Meyer"), "CR NR")
        read(study, odd, "CR PR")
        found = agreement(study, MEYER)
        assert [one.name for one in found.readers] == ["A. Meyer (one)", "A. Meyer (two)", "王 小明 [x]\x1b[31m"]
        assert len(found.confusions) == 3
        pair = agreement(study, MEYER, ("two", "A. Meyer (one)"))
    assert [one.id for one in pair.readers] == ["one", "two"]


def test_an_unknown_reader_is_named_with_those_who_are_known(tmp_path) -> None:
    with study_of(tmp_path, 1) as study:
        read(study, MEYER, "CR")
        with pytest.raises(ReviewError, match=r"'N\. Obody' has decided no case; those who have are A\. Meyer"):
            agreement(study, MEYER, ("N. Obody",))
        with pytest.raises(ReviewError, match="a reader is named twice"):
            agreement(study, MEYER, ("A. Meyer", "a-meyer"))


def test_missing_reads_are_allowed(tmp_path) -> None:
    with study_of(tmp_path, 5) as study:
        read(study, MEYER, "CR PR NR - -")
        read(study, BIANCHI, "CR - NR PR -")
        read(study, COHEN, "- PR NR PR CR")
        found = agreement(study, MEYER)
    alpha = found.coefficients["krippendorff.nominal"]
    assert isinstance(alpha, Estimate)
    assert (alpha.estimate, alpha.cases) == (1.0, 4)
    assert {(one.rows.id, one.columns.id): sum(one.counts.values()) for one in found.confusions} == {
        ("a-meyer", "l-bianchi"): 2,
        ("a-meyer", "r-cohen"): 2,
        ("l-bianchi", "r-cohen"): 2,
    }


def test_seed_and_draws_are_data_and_printed(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        read(study, MEYER, "CR PR NR")
        read(study, BIANCHI, "CR PR IMP")
        usual = agreement(study, MEYER)
        other = agreement(study, MEYER, draws=50, seed=9)
    assert (usual.draws, usual.seed, usual.level) == (1000, 20241122, 0.95)
    assert (other.draws, other.seed) == (50, 9)
    assert any("50 draws of cases with replacement, seed 9" in note for note in other.notes)
    assert next(islice(usual.coefficients.values(), 1)).bootstrap.draws == 1000
