"""An analyte's comparison as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from hlh_tui.cohort.biomarkers.models import AnalyteResult, FamilyMember, Group, Measurement, RankTest, Series, Spread
from hlh_tui.cohort.biomarkers.words import SIGNS, change_words, p_words, shift_words
from hlh_tui.cohort.printed import day as printed
from hlh_tui.cohort.printed import number

NOTHING = "–"


def analyte_text(result: AnalyteResult, width: int) -> str:
    """The groups, the tests, every patient's pair, and what it all rests on."""
    division = f" by {result.by}" if result.by else ""
    title = f"{result.label} ({result.unit}){division}, baseline and day {printed(result.day)}: exploratory"
    blocks = [title, "\n".join(group_lines(result)), "\n".join(rank_test_lines(result, width))]
    blocks.append("\n".join(series_lines(result)))
    notes = [*([f"Reference: {band_words(result)}."] if result.band else []), *result.notes]
    blocks.append("\n".join(line for note in notes for line in wrap(note, width)))
    return "\n\n".join(blocks)


def group_lines(result: AnalyteResult) -> list[str]:
    """A line a group: before, after, above the limit, change, and the test within it."""
    rows: list[tuple[str, ...]] = [
        ("group", "n", "baseline", "high", f"day {printed(result.day)}", "high", "change", "signed-rank p")
    ]
    groups = result.groups if result.by is None else (*result.groups, result.everybody)
    rows += [group_cells(each, result) for each in groups]
    return [
        *aligned(rows, 1),
        "n: change known of all; baseline and day: median (quartiles) of all with a value then, change: of n; high:",
        "above the limit, of those judged.",
    ]


def group_cells(group: Group, result: AnalyteResult) -> tuple[str, ...]:
    """The cells of one group's line."""
    return (
        group.label,
        f"{len(group.paired)}/{len(group.patients)}",
        spread_words(group.before, result.decimals),
        share(group.high_before, group.judged_before),
        spread_words(group.after, result.decimals),
        share(group.high_after, group.judged_after),
        change_words(group.change.median, result.measure, result.decimals),
        within_words(group),
    )


def within_words(group: Group) -> str:
    """The signed-rank p, – where nobody's change is known."""
    return NOTHING if group.within.p is None else p_words(group.within.p).removeprefix("= ")


def rank_test_lines(result: AnalyteResult, width: int) -> list[str]:
    """The test between the groups with its shift, and what n can show."""
    lines = []
    if result.test is not None:
        first, second = compared(result)
        lines += wrap(f"{first} against {second}: {rank_test_words(result.test, result)}", width)
    return [*lines, *wrap(result.power, width)]


def compared(result: AnalyteResult) -> tuple[str, str]:
    """The labels of the two groups that are tested: those that are known come first."""
    return result.groups[0].label, result.groups[1].label


def rank_test_words(test: RankTest, result: AnalyteResult) -> str:
    """Test, p, adjusted p, and shift in one sentence."""
    if test.p is None:
        return f"no test: {test.why}."
    adjusted = "" if result.p_holm is None else f", Holm over {result.family} comparisons {p_words(result.p_holm)}"
    statistic = f"{test.method}, W = {test.statistic:g}, p {p_words(test.p)}{adjusted} (exploratory)"
    return f"{statistic}; shift {shift_words(test, result.measure, result.decimals)}."


def series_lines(result: AnalyteResult) -> list[str]:
    """Every patient's two values and change, or why there is none."""
    after = f"day {printed(result.day)}"
    rows: list[tuple[str, ...]] = [("patient", "group", "baseline", "on day", after, "on day", "change")]
    rows += [series_cells(each, result) for each in result.series]
    return aligned(rows, 2)


def series_cells(series: Series, result: AnalyteResult) -> tuple[str, ...]:
    """The cells of one patient's line."""
    before, before_day = value_and_day(series.baseline, result.decimals)
    after, after_day = value_and_day(series.chosen, result.decimals)
    return series.patient_id, series.group, before, before_day, after, after_day, patient_change(series, result)


def patient_change(series: Series, result: AnalyteResult) -> str:
    """A patient's change with the sign of a limit, or the reason why there is none."""
    if series.change is None:
        return series.why
    words = change_words(series.change, result.measure, result.decimals)
    return f"{SIGNS[series.bound]} {words}" if series.bound else words


def value_and_day(measurement: Measurement | None, decimals: int) -> tuple[str, str]:
    """A value with its comparator, and its day."""
    if measurement is None:
        return NOTHING, NOTHING
    return f"{measurement.comparator or ''}{measurement.value:.{decimals}f}", f"{measurement.day:.1f}"


def spread_words(spread: Spread, decimals: int) -> str:
    """Median and quartiles, such as 64.1 (40.5–95.2)."""
    if spread.median is None or spread.lower is None or spread.upper is None:
        return NOTHING
    return f"{number(spread.median, decimals)} ({number(spread.lower, decimals)}–{number(spread.upper, decimals)})"


def share(some: Sequence[str], of: Sequence[str]) -> str:
    """k/n; – where nobody could be judged."""
    return f"{len(some)}/{len(of)}" if of else NOTHING


def band_words(result: AnalyteResult) -> str:
    """The reference band in words."""
    band = result.band
    if band is None:
        return ""
    low, high = band.lower, band.upper
    limits = f"up to {high:g}" if low is None else f"from {low:g}" if high is None else f"{low:g} to {high:g}"
    return f"{limits} {result.unit}, {band.source}"


def family_text(members: Sequence[FamilyMember], width: int) -> str:
    """The comparisons of the protocol's family, one line each; a sentence where there is none."""
    if not members:
        return "\n".join(wrap("The protocol names no comparisons that are tested together.", width))
    rows = [("analyte", "by", "n", "W", "p", "Holm p", "smallest p")]
    for each in members:
        test = each.test
        statistic = NOTHING if test.statistic is None else f"{test.statistic:g}"
        values = (test.p, each.p_holm, test.smallest_p)
        p, adjusted, least = (NOTHING if value is None else p_words(value).removeprefix("= ") for value in values)
        rows.append((each.analyte, each.by, " v ".join(map(str, test.n)), statistic, p, adjusted, least))
    title = f"The protocol's comparisons of change at day {printed(members[0].day)}: exploratory, Holm-adjusted"
    return "\n".join([*wrap(title, width), *aligned(rows, 2)])


def aligned(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Rows as columns, the first ``left`` of them to the left, the others to the right, the last as it is."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for place, (words, width) in enumerate(zip(row, widths, strict=True)):
            blanks = " " * (width - cell_len(words))
            cells.append(words + blanks if place < left or place == len(row) - 1 else blanks + words)
        lines.append("  ".join(cells).rstrip())
    return lines
