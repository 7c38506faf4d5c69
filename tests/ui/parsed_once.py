"""The style sheets of Textual and of the app, parsed once in a process instead of for every app that is started."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

PARSED: dict[tuple[object, ...], list[RuleSet]] = {}


@pytest.fixture(scope="session", autouse=True)
def styles_parsed_once() -> Iterator[None]:
    """The same text with the same colours has the same rules, and nobody changes rules: Textual keeps them, too."""
    parse = Stylesheet._parse_rules

    def parsed(
        sheet: Stylesheet,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        colours = frozenset(sheet._variables.items())
        key = (css, read_from, is_default_rules, tie_breaker, scope, colours)
        if key not in PARSED:
            PARSED[key] = parse(sheet, css, read_from, is_default_rules, tie_breaker, scope)
        return PARSED[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parsed)
        yield
