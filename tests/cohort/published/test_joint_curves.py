"""Two survivals of one cohort, one censored at HSCT and one not, by exact search."""

from decimal import Decimal

from hlh_tui.cohort.published.joint_curves import Fates, joint

SONG = Fates(patients=13, died_without=4, event=5, died_after=2)


def test_the_published_pair_needs_a_survivor_lost_before_the_second_month():
    found = joint(Decimal("72.9"), Decimal("44.4"), SONG)
    assert (found.states, found.without_loss, found.complete) == (797, 0, True)


def test_a_natural_course_gives_76_9_and_53_8_without_any_loss():
    # Three deaths in two months and the other three later, nobody lost: 10/13 and 7/13.
    found = joint(Decimal("76.9"), Decimal("53.8"), SONG)
    assert found.complete
    assert found.without_loss > 0


def test_survival_cannot_rise_above_one_death_of_all():
    # One of two dies without the event: 50 % on both curves, never 50 and 100.
    alone = Fates(patients=2, died_without=1, event=0, died_after=0)
    assert joint(Decimal("50.0"), Decimal("50.0"), alone).states > 0
    assert joint(Decimal("50.0"), Decimal("100.0"), alone).states == 0


def test_who_dies_after_the_event_counts_on_the_second_curve_only():
    # Both have the event, one dies after it: 100 % censored at the event, 50 % of all.
    after = Fates(patients=2, died_without=0, event=2, died_after=1)
    assert joint(Decimal("100.0"), Decimal("50.0"), after).states > 0
    assert joint(Decimal("50.0"), Decimal("50.0"), after).states == 0


def test_a_large_search_ends_and_says_so():
    assert not joint(Decimal("72.9"), Decimal("44.4"), Fates(60, 14, 15, 12)).complete
