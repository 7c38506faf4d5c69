"""Second readings of HScore, HLH-2004 and the DEP (Midwest) criteria as plain conditions on a few numbers.

Nothing here comes from ``hlh_tui``. A value that was not measured is None; a finding is 1 present, 0 absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Values = Mapping[str, float | None]
Answer = bool | None
Points = tuple[int, int]


def hscore(v: Values, absent_unless_charted: Sequence[str] = ()) -> Points:
    """The lowest and the highest HScore that the values allow."""
    v = {name: 0 if value is None and name in absent_unless_charted else value for name, value in v.items()}
    each = [
        finding(v["known_immunosuppression"], 18),
        temperature(v["temperature"]),
        organs(v["splenomegaly"], v["hepatomegaly"]),
        lineages([at_most(v["haemoglobin"], 92), at_most(v["leukocytes"], 5.0), at_most(v["platelets"], 110)]),
        ferritin(v["ferritin"]),
        triglycerides(v["triglycerides"]),
        (0, 30) if v["fibrinogen"] is None else (30, 30) if v["fibrinogen"] <= 2.5 else (0, 0),
        (0, 19) if v["ast"] is None else (19, 19) if v["ast"] >= 30 else (0, 0),
        finding(v["haemophagocytosis"], 35),
    ]
    return sum(low for low, _ in each), sum(high for _, high in each)


def finding(value: float | None, points: int) -> Points:
    if value is None:
        return 0, points
    return (points, points) if value else (0, 0)


def temperature(celsius: float | None) -> Points:
    if celsius is None:
        return 0, 49
    if celsius < 38.4:
        return 0, 0
    return (33, 33) if celsius <= 39.4 else (49, 49)


def organs(spleen: float | None, liver: float | None) -> Points:
    table = (0, 23, 38)
    sure = (spleen == 1) + (liver == 1)
    return table[sure], table[sure + (spleen is None) + (liver is None)]


def lineages(low: Sequence[Answer]) -> Points:
    table = (0, 0, 24, 34)
    return table[low.count(True)], table[low.count(True) + low.count(None)]


def ferritin(ug_l: float | None) -> Points:
    if ug_l is None:
        return 0, 50
    if ug_l < 2000:
        return 0, 0
    return (35, 35) if ug_l <= 6000 else (50, 50)


def triglycerides(mmol_l: float | None) -> Points:
    if mmol_l is None:
        return 0, 64
    if mmol_l < 1.5:
        return 0, 0
    return (44, 44) if mmol_l <= 4 else (64, 64)


def at_most(value: float | None, limit: float) -> Answer:
    return None if value is None else value <= limit


def at_least(value: float | None, limit: float) -> Answer:
    return None if value is None else value >= limit


def below(value: float | None, limit: float) -> Answer:
    return None if value is None else value < limit


def hlh_2004(v: Values, *, untested_gene_is_open: bool = False) -> tuple[bool, bool]:
    """Whether five of eight (or a molecular diagnosis) are sure, and whether they are possible."""
    counts = [below(v["haemoglobin"], 90), below(v["platelets"], 100), below(v["neutrophils"], 1.0)]
    blood = True if counts.count(True) >= 2 else None if counts.count(True) + counts.count(None) >= 2 else False
    fat_or_fibrin = [at_least(v["triglycerides"], 3.0), at_most(v["fibrinogen"], 1.5)]
    criteria: list[Answer] = [
        at_least(v["temperature"], 38.5),
        at_least(v["splenomegaly"], 1),
        blood,
        True if True in fat_or_fibrin else None if None in fat_or_fibrin else False,
        at_least(v["haemophagocytosis"], 1),
        at_least(v["nk_activity"], 1),
        at_least(v["ferritin"], 500),
        at_least(v["scd25"], 2400),
    ]
    gene = v["molecular_hlh"]
    perhaps = gene == 1 or (gene is None and untested_gene_is_open)
    return criteria.count(True) >= 5 or gene == 1, criteria.count(True) + criteria.count(None) >= 5 or perhaps


NORMAL = {
    # highest (or lowest) normal number in men, in women
    "scd25": (846, 846),
    "ferritin": (400, 150),
    "alt": (50, 40),
    "haemoglobin": (130, 115),
    "platelets": (125, 125),
    "neutrophils": (1.8, 1.8),
}
DEP_DOMAINS = (("scd25",), ("ferritin", "triglycerides"), ("haemoglobin",), ("neutrophils",), ("platelets",), ("alt",))


def dep_normal(analyte: str, value: float | None, sex: str) -> Answer:
    if value is None:
        return None
    if analyte == "triglycerides":
        return value < 1.7
    limit = NORMAL[analyte][sex == "female"]
    return value >= limit if analyte in ("haemoglobin", "platelets", "neutrophils") else value <= limit


def dep_improved(analyte: str, before: float | None, now: float | None) -> Answer:
    """Whether a marker has taken the step that counts towards partial response; no step was named for the others."""
    if analyte in ("haemoglobin", "platelets"):
        return False
    if before is None:
        return None
    if analyte == "alt" and before <= 400:
        return False
    if now is None:
        return None
    if analyte == "scd25":
        return before / now > 1.5
    if analyte in ("ferritin", "triglycerides"):
        return now <= 0.75 * before
    if analyte == "alt":
        return now <= 0.5 * before
    return now >= 2 * before and now > (0.5 if before < 0.5 else 2.0)


def all_of(answers: Sequence[Answer]) -> Answer:
    return False if False in answers else None if None in answers else True


def dep(before: Values, now: Values, sex: str) -> tuple[str, str]:
    """Category and best case of a visit."""
    abnormal, met, improved = [], [], []
    for names in DEP_DOMAINS:
        first = [dep_normal(name, before[name], sex) for name in names]
        met.append(all_of([dep_normal(name, now[name], sex) for name in names]))
        abnormal.append(all_of(first) is False)
        steps = [dep_improved(name, before[name], now[name]) for name in names]
        improved.append(all_of([True if was else step if was is False else step or None
                                for was, step in zip(first, steps, strict=True)]))  # fmt: skip
    sure = sum(bad and step is True for bad, step in zip(abnormal, improved, strict=True))
    open_ = sum(bad and step is not False for bad, step in zip(abnormal, improved, strict=True))
    proven = "CR" if all(state is True for state in met) else "PR" if sure >= 2 else "NR"
    possible = "CR" if False not in met else "PR" if open_ >= 2 else "NR"
    evaluable = any(bad and state is not None for bad, state in zip(abnormal, met, strict=True))
    return (proven if evaluable or proven == "CR" else "NE"), possible
