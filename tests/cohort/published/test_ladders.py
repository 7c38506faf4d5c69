"""Survivals that a Kaplan-Meier curve of few patients can have, by exact search."""

from decimal import Decimal
from fractions import Fraction

from hlh_tui.cohort.published.ladders import ladders, on_one_curve, one_block, printed_range, survival

HSCT, OVERALL = Decimal("72.9"), Decimal("44.4")


def test_72_9_per_cent_of_13_patients_has_two_ladders_both_35_48():
    found = ladders(HSCT, 13, 6)
    assert found.found == ((12, 11, 8), (8, 6))
    assert found.values == (Fraction(35, 48),)
    assert found.complete


def test_44_4_per_cent_has_16_ladders_four_of_them_with_all_six_deaths():
    found = ladders(OVERALL, 13, 6)
    assert len(found.found) == 16
    assert found.values == (Fraction(231, 520), Fraction(4, 9))
    assert {ladder for ladder in found.found if len(ladder) == 6} == {
        (12, 11, 10, 9, 6, 5),
        (12, 11, 9, 8, 7, 5),
        (13, 12, 10, 8, 6, 5),
        (13, 12, 10, 9, 8, 4),
    }


def test_no_curve_has_both_in_either_order():
    assert on_one_curve((HSCT, OVERALL), 13, 6).found == ()
    assert on_one_curve((OVERALL, HSCT), 13, 6).found == ()
    assert on_one_curve((HSCT, OVERALL), 13, 6).complete


def test_a_curve_without_losses_has_both_of_its_survivals():
    # 13 patients, nobody lost: after 3 deaths 10/13, after 6 deaths 7/13.
    found = on_one_curve((Decimal("76.9"), Decimal("53.8")), 13, 6)
    assert (13, 12, 11, 10, 9, 8) in found.found


def test_one_patient_can_only_live_or_die():
    assert ladders(Decimal(100), 1, 1).found == ((),)
    assert ladders(Decimal(0), 1, 1).found == ((1,),)
    assert ladders(Decimal(50), 1, 1).found == ()


def test_an_even_half_is_printed_upwards():
    low, high = printed_range(Decimal("72.9"))
    assert (low, high) == (Fraction(7285, 10000), Fraction(7295, 10000))
    # 7/8 is 87.5 %, printed 88 and not 87.
    assert (8,) in ladders(Decimal(88), 8, 1).found
    assert ladders(Decimal(87), 8, 1).found == ()


def test_survival_is_the_product_of_the_steps():
    assert survival((12, 11, 8)) == Fraction(11, 12) * Fraction(10, 11) * Fraction(7, 8)


def test_a_large_search_ends_and_says_so():
    found = ladders(Decimal("50.0"), 400, 200)
    assert not found.complete
    assert one_block(Decimal("50.0"), 400, 200) == (200, 400)
