"""Which reading of which criteria set the words of ``hlh-tui assess`` ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading
    from hlh_tui.study.file import Study


def chosen_reading(study: Study, criteria_id: str | None, words: list[str], flag: str = "--set") -> Reading:
    """The set of that id read with the options in ``words``; the study's own set starts from the study's reading.

    A variant stands for all its options, so that it starts from the defaults. ``ProtocolError`` and ``AssessError``
    name what there is to choose from.
    """
    from hlh_tui.assess.library import criteria_named
    from hlh_tui.assess.options import VARIANT, choose
    from hlh_tui.assess.reading import study_reading

    given = chosen_options(words, flag)
    criteria = criteria_named(study, criteria_id)
    own = study_reading(study)
    if criteria.hash == own.base.hash and VARIANT not in given:
        given = {**own.options, **given}
    return choose(criteria, given)


def chosen_options(words: list[str], flag: str = "--set") -> dict[str, str]:
    """Option id -> value from ``key=value`` words; ``AssessError`` for a word of another form."""
    from hlh_tui.assess.errors import AssessError

    pairs = [word.partition("=") for word in words]
    wrong = [word for word, (key, sign, value) in zip(words, pairs, strict=True) if not (key and sign and value)]
    if wrong:
        raise AssessError(f"{flag} {wrong[0]}: write it as key=value, for example {flag} missing=best")
    return {key.strip(): value.strip() for key, _, value in pairs}
