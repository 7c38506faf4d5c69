"""The analysis of sensitivity as plain text within a width."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from hlh_tui.cohort.printed import limits_in_percent, names, percent
from hlh_tui.cohort.sensitivity.models import ByRule, Flip, Fragility, Headline, Result, Sensitivity, Share
from hlh_tui.cohort.sensitivity.what_changed import printed

MOST_FLIPS = 100
"""With more flips than this only those are listed that turn a conclusion, and of these so many."""
INDENT = "  "


def sensitivity_text(found: Sensitivity, width: int) -> str:
    """Headline, fragility, doubtful cases, criteria sets, flips and notes, each under its heading."""
    blocks = [
        ["As decided", *(f"{INDENT}{line}" for line in headline_lines(found))],
        ["Fewest decisions that turn a conclusion", *fragility_lines(found, width)],
        [doubtful_heading(found), *scenario_lines(found, width)],
        ["By the criteria sets, the same patients", *rule_lines(found.criteria, width)],
        flip_lines(found, width),
    ]
    texts = ["\n".join(block) for block in blocks if len(block) > 1]
    notes = "\n".join(line for note in found.notes for line in wrap(note, width))
    return "\n\n".join(["What other decisions would make of the results", *texts, notes])


def headline_lines(found: Sensitivity) -> list[str]:
    """Every headline result with its interval, or why it is not defined."""
    lines = [f"{found.decided} of {found.patients} decided"]
    return lines + [f"{named.label}: {in_full(named.result)}" for named in found.headline.all]


def in_full(result: Result) -> str:
    """``10/13 76.9 % (46.2–95.0)``, ``p 0.028``, or why there is none."""
    from hlh_tui.cohort.interval import clopper_pearson

    if isinstance(result, Share):
        if not result.n:
            return "0/0, nobody is decided"
        limits = limits_in_percent(*clopper_pearson(result.k, result.n))
        return f"{result.k}/{result.n} {percent(result.k, result.n, 1)} % ({limits})"
    if result.p is None:
        return f"not defined, {result.why}"
    return f"p {printed(result)}"


def fragility_lines(found: Sensitivity, width: int) -> list[str]:
    """Each conclusion, whether it holds, how many decisions turn it, and one such set."""
    lines = []
    for each in found.fragility:
        judged = each.judged
        verdict = "not defined" if judged.holds is None else "holds" if judged.holds else "does not hold"
        lines += _wrapped(f"{judged.conclusion.label}.", width, INDENT)
        lines += _wrapped(f"{verdict} ({in_full(judged.result)}); {fewest_words(each)}", width, INDENT * 2)
        lines += _wrapped(f"{judged.conclusion.source}.", width, INDENT * 2) if judged.conclusion.source else []
    return lines


def fewest_words(each: Fragility) -> str:
    """``turned by 2 decisions, such as P04, P13 without the outcome (exact: ...)``."""
    if each.fewest is None:
        return f"turned by no set that was found ({each.how})"
    count = f"{each.fewest} decision{'' if each.fewest == 1 else 's'}"
    if each.fewest > each.at_least:
        count = f"{count} or fewer, at least {each.at_least},"
    sides = []
    for gains, words in ((False, "without"), (True, "with")):
        who = [patient for patient, has in each.example if has == gains]
        sides += [f"{names(who)} {words} the outcome"] if who else []
    return f"turned by {count} such as {' and '.join(sides)} ({each.how})"


def doubtful_heading(found: Sensitivity) -> str:
    """Whose decisions are of low confidence."""
    if not found.doubtful:
        return "Doubtful cases: no decision in force is of low confidence"
    return f"The {len(found.doubtful)} doubtful cases ({names(found.doubtful)}) decided otherwise, all at once"


def scenario_lines(found: Sensitivity, width: int) -> list[str]:
    """The results of each way to decide the doubtful cases, then the range of each outcome."""
    if not found.doubtful:
        return [f"{INDENT}so there is nothing to take both ways"]
    lines = []
    for each in found.scenarios:
        words = "; ".join(_named(found.headline, each.results))
        lines += _wrapped(f"{each.label} ({each.moved} moved): {words}{_turns(each.turned)}", width, INDENT)
    for place, named in enumerate(found.headline.outcomes):
        shares = [each.results[place] for each in found.scenarios]
        known = [share for share in shares if isinstance(share, Share) and share.n]
        if known:
            low, high = (pick(known, key=lambda share: share.k / share.n) for pick in (min, max))
            words = f"{named.id} from {_rate(low)} to {_rate(high)}"
            lines += _wrapped(f"range: {words}", width, INDENT)
    return lines


def rule_lines(sets: Sequence[ByRule], width: int) -> list[str]:
    """Response by each criteria set beside the decisions."""
    lines = []
    for each in sets:
        if each.problem:
            lines += _wrapped(f"{each.criteria_id}: {each.problem}", width, INDENT)
            continue
        counts = in_full(Share(each.k, each.n))
        words = f"{each.criteria_id} {each.version}, response = {' + '.join(each.response)}: {counts}"
        words += f", as decided {each.decided}/{each.n}; {each.differ} of {each.n} fare otherwise"
        lines += _wrapped(words, width, INDENT)
    return lines


def flip_lines(found: Sensitivity, width: int) -> list[str]:
    """One line a flip: all of a small study, of a large one those that turn a conclusion."""
    shown: Sequence[Flip] = found.flips
    heading = "Each decided case at each other category"
    if len(shown) > MOST_FLIPS:
        turning = [flip for flip in found.flips if flip.turned]
        shown = turning[:MOST_FLIPS]
        heading += f": {len(turning)} of {len(found.flips)} turn a conclusion"
        heading += f", the first {len(shown)} of them" if len(turning) > len(shown) else ""
        if not turning:
            return [heading, f"{INDENT}so no single decision does"]
    now = [named.result for named in found.headline.all]
    lines = []
    for flip in shown:
        moved = [
            f"{named.id} {printed(then)}"
            for named, then, before in zip(found.headline.all, flip.results, now, strict=True)
            if printed(then) != printed(before)
        ]
        words = f"{flip.patient_id} {flip.was} → {flip.to}: {'; '.join(moved) or 'nothing moves'}{_turns(flip.turned)}"
        lines += _wrapped(words, width, INDENT)
    return [heading, *lines]


def _named(headline: Headline, results: Sequence[Result]) -> list[str]:
    return [f"{named.id} {printed(result)}" for named, result in zip(headline.all, results, strict=True)]


def _rate(share: Share) -> str:
    return f"{share.k}/{share.n} ({percent(share.k, share.n, 1)} %)"


def _turns(turned: Sequence[str]) -> str:
    return f"; turns {', '.join(turned)}" if turned else ""


def _wrapped(words: str, width: int, indent: str) -> list[str]:
    return wrap(words, width, initial_indent=indent, subsequent_indent=indent + INDENT, break_on_hyphens=False)
