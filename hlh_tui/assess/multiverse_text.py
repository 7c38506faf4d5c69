"""A multiverse as plain text: the response rates, what each option moves, and a heat map of patients and categories."""

from __future__ import annotations

from textwrap import wrap

from hlh_tui.assess.multiverse import Course, Multiverse

SHADES = "░▒▓█"
CELL = 8
MOST_ROWS = 60
MOST_NAMED = 12


def multiverse_text(found: Multiverse, width: int = 80) -> str:
    """What the readings have in common and where they differ, in lines of at most ``width`` characters."""
    if not found.patients:
        return "the study has no patients yet: import charts first"
    blocks = [_heading(found, width), _rates(found, width), _options(found, width), _heat_map(found, width)]
    return "\n\n".join("\n".join(block) for block in [*blocks, _taught(found, width)] if block)


def _heading(found: Multiverse, width: int) -> list[str]:
    options = len(found.axes)
    said = [
        f"{found.criteria.id} {found.criteria.version}: {found.worlds} reading{'s' * (found.worlds != 1)} ({options}"
        f" option{'s' * (options != 1)} with more than one sensible value), {found.patients} patients"
    ]
    if found.held:
        said.append(f"held: {', '.join(f'{key}={value}' for key, value in found.held.items())}")
    return [line for each in said for line in wrap(each, width)]


def _rates(found: Multiverse, width: int) -> list[str]:
    lines = wrap(f"{found.collapse.label}: counts {', '.join(found.collapse.categories)}, of all patients", width)
    who = "responders" if found.criteria.kind == "response" else "  patients"
    lines.append(f"  {who}        share of the readings")
    for responders, worlds in found.rates:
        share = worlds / found.worlds
        bar = "█" * max(1, round(share * 30))
        default = "  the default reading" if responders == found.default_responders else ""
        rate = f"{responders}/{found.patients}".rjust(9)
        lines.append(f"  {rate} {_percent(responders / found.patients)}   {_percent(share)} {bar}{default}")
    return lines


def _options(found: Multiverse, width: int) -> list[str]:
    if not found.axes:
        return ["No option has more than one sensible value: there is one reading."]
    lines = ["Patients moved by each option, all others equal: in any reading, and away from the default alone"]
    name = max(len(effect.option) for effect in found.option_effects)
    for number, effect in enumerate(found.option_effects, 1):
        counts = f"{len(effect.moved):4} {len(effect.from_default):4}"
        lines += wrap(
            f"{number:2} {effect.option.ljust(name)} {counts}  {_values(found, effect.option)}",
            width,
            subsequent_indent=" " * (name + 15),
        )
    return [line for head in lines[:1] for line in wrap(head, width)] + lines[1:]


def _values(found: Multiverse, option: str) -> str:
    """The option's values, each with the patients whom it moves away from the default reading."""
    values = next(axis.values for axis in found.axes if axis.option == option)
    movers = [(row.patient_id, each) for row in found.courses for each in row.movers if each.option == option]
    return " / ".join(
        value + _named(tuple(patient_id for patient_id, mover in movers if value in mover.from_default))
        for value in values
    )


def _named(patients: tuple[str, ...]) -> str:
    if not patients:
        return ""
    more = f" and {len(patients) - MOST_NAMED} more" if len(patients) > MOST_NAMED else ""
    return f": {', '.join(patients[:MOST_NAMED])}{more}"


def _heat_map(found: Multiverse, width: int) -> list[str]:
    rows = found.changing
    if not rows:
        return []
    categories = [name for name in found.criteria.outcomes if any(name in row.counts for row in rows)]
    rows = tuple(sorted(rows, key=lambda row: (max(row.counts.values()), row.patient_id)))
    shown = sorted(rows[:MOST_ROWS], key=lambda row: row.patient_id)
    name = min(max(len(row.patient_id) for row in shown), 16)
    number = {effect.option: str(place) for place, effect in enumerate(found.option_effects, 1)}
    lines = wrap("Share of the readings in which a patient has a category (per cent; [ ] the default reading)", width)
    lines.append("".join(["patient".ljust(max(name, 7)), *(_short(each) for each in categories), "  moved by option"]))
    for row in shown:
        cells = "".join(_cell(row, category, found.worlds) for category in categories)
        movers = " ".join(number[mover.option] for mover in row.movers)
        lines.append(f"{_cut(row.patient_id, max(name, 7))}{cells}  {movers}"[:width].rstrip())
    if len(rows) > len(shown):
        lines.append(f"{len(rows) - len(shown)} more change in fewer of the readings; --json lists all")
    lines += [f"{_short(each).strip()} = {each}" for each in categories if len(each) > CELL - 2]
    return lines


def _short(category: str) -> str:
    return _cut(category, CELL - 2).strip().center(CELL)


def _cut(word: str, width: int) -> str:
    return word.ljust(width) if len(word) <= width else word[: width - 1] + "…"


def _cell(row: Course, category: str, worlds: int) -> str:
    """The share as a shade and a number; what the default reading says stands in brackets, 0 too."""
    share = row.counts.get(category, 0) / worlds
    text = "·" if not share else f"{SHADES[min(3, int(share * 4))]} {_whole(share)}"
    left, right = ("[", "]") if category == row.default else (" ", " ")
    return f"{left}{text.rjust(CELL - 3)}{right} "


def _whole(share: float) -> str:
    """Per cent without decimals, never 0 or 100 for what is neither."""
    percent = round(100 * share)
    if percent == 0 and share:
        return "<1"
    return ">99" if percent == 100 and share < 1 else str(percent)


def _percent(share: float) -> str:
    return f"{_whole(share):>4} %"


def _taught(found: Multiverse, width: int) -> list[str]:
    """What a reader of the rate should know."""
    low, high = found.rates[0][0], found.rates[-1][0]
    steady = [row for row in found.courses if len(row.counts) == 1]
    default = found.default_responders
    rate = "response rate" if found.criteria.kind == "response" else "share"
    said = [
        f"The {rate} lies between {_of(low, found.patients)} and {_of(high, found.patients)}; the default"
        f" reading gives {_of(default, found.patients)}."
    ]
    if low == high:
        said = [f"Every reading gives {_of(low, found.patients)}."]
    if not steady:
        said.append("No patient has the same category in every reading.")
    else:
        by_category: dict[str, list[str]] = {}
        for row in steady:
            by_category.setdefault(row.default, []).append(row.patient_id)
        each = "; ".join(f"{name}{_named(tuple(ids))}" for name, ids in by_category.items())
        said.append(f"{len(steady)} of {found.patients} patients have one category in every reading: {each}.")
    idle = [effect.option for effect in found.option_effects if not effect.moved]
    if idle:
        said.append(f"Nobody here is moved by {', '.join(idle)}.")
    return [line for sentence in said for line in wrap(sentence, width)]


def _of(count: int, patients: int) -> str:
    return f"{count}/{patients} ({_whole(count / patients)} %)"
