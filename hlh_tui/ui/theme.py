"""The five themes: every colour of the app stands in this file."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.theme import Theme

RESPONSES = ("response-cr", "response-pr", "response-imp", "response-nr", "response-ne")
CURVES = ("curve-1", "curve-2", "curve-3", "curve-4", "curve-5", "curve-6")


def _variables(responses: str, curves: str, states: str, banner: str, faint: str) -> dict[str, str]:
    """The app's own CSS variables.

    ``responses`` are the colours of CR PR IMP NR NE, ``states`` those of met, not met and not evaluable, all in
    that order; response colours are used for responses alone.
    """
    return {
        **dict(zip(RESPONSES, responses.split(), strict=True)),
        **dict(zip(CURVES, curves.split(), strict=True)),
        **dict(zip(("state-met", "state-not-met", "state-unknown"), states.split(), strict=True)),
        "synthetic-banner": banner,
        "faint": faint,
        "border-blurred": faint,
    }


DARK = Theme(
    name="dark",
    primary="#7cc4e8", secondary="#5a7fa0", accent="#e8a95c", warning="#e8cf7c", error="#f0907a", success="#8fd694",
    foreground="#dfe3ea", background="#14181f", surface="#1b212b", panel="#242c38", dark=True,
    variables=_variables(
        responses="#8fd694 #7cc4e8 #e8cf7c #f0907a #a5abb5",
        curves="#7cc4e8 #e8a95c #8fd694 #d69be0 #e8e07c #f0907a",
        states="#8fd694 #f0907a #a5abb5", banner="#e8cf7c", faint="#8b93a1",
    ),
)  # fmt: skip

LIGHT = Theme(
    name="light",
    primary="#0b5c8a", secondary="#49708c", accent="#9a5700", warning="#7d5c00", error="#a8321c", success="#1c6b2a",
    foreground="#1c222b", background="#fbfaf6", surface="#f1efe8", panel="#e4e1d6", dark=False,
    variables=_variables(
        responses="#1c6b2a #0b5c8a #7d5c00 #a8321c #565d68",
        curves="#0b5c8a #9a5700 #1c6b2a #7a2f8f #6b6400 #a8321c",
        states="#1c6b2a #a8321c #565d68", banner="#7d5c00", faint="#626a76",
    ),
)  # fmt: skip

CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00", secondary="#00ffff", accent="#ffb000", warning="#ffff00", error="#ff9080", success="#60ff60",
    foreground="#ffffff", background="#000000", surface="#000000", panel="#202020", dark=True,
    variables=_variables(
        responses="#60ff60 #60d0ff #ffff00 #ff9080 #ffffff",
        curves="#60d0ff #ffb000 #60ff60 #ff90ff #ffff00 #ff9080",
        states="#60ff60 #ff9080 #ffffff", banner="#ffff00", faint="#e0e0e0",
    ),
)  # fmt: skip

# Okabe and Ito's colours, told apart with every common form of colour blindness.
OKABE_ITO = Theme(
    name="colour-blind",
    primary="#56b4e9", secondary="#0072b2", accent="#e69f00", warning="#f0e442", error="#d55e00", success="#009e73",
    foreground="#e8e8e8", background="#101418", surface="#181e24", panel="#222a33", dark=True,
    variables=_variables(
        responses="#009e73 #56b4e9 #f0e442 #e69f00 #b8b8b8",
        curves="#56b4e9 #e69f00 #009e73 #cc79a7 #f0e442 #d55e00",
        states="#56b4e9 #e69f00 #b8b8b8", banner="#f0e442", faint="#9aa4ae",
    ),
)  # fmt: skip

MONO = Theme(
    name="mono",
    primary="#ffffff", secondary="#b0b0b0", accent="#ffffff", warning="#ffffff", error="#ffffff", success="#ffffff",
    foreground="#d8d8d8", background="#101010", surface="#1a1a1a", panel="#282828", dark=True,
    variables=_variables(
        responses=" ".join(["#f0f0f0"] * 5), curves=" ".join(["#f0f0f0"] * 6),
        states=" ".join(["#f0f0f0"] * 3), banner="#f0f0f0", faint="#a0a0a0",
    ),
)  # fmt: skip

THEMES = (DARK, LIGHT, CONTRAST, OKABE_ITO, MONO)
"""In the order in which ``t`` goes through them."""

DEFAULTS = DARK.variables
"""What the app's own variables are in a theme that does not set them, e.g. one of Textual's."""


RESPONSE_WEIGHTS = {
    "CR": Style(bold=True),
    "PR": Style(bold=True),
    "IMP": Style(),
    "NR": Style(underline=True),
    "NE": Style(italic=True),
}
"""How the codes of the categories are told apart where there is no colour."""


def response_style(variables: Mapping[str, str], category: str | None) -> Style:
    """Colour and weight of a category's code in a theme's ``variables``; plain for anything else."""
    weight = RESPONSE_WEIGHTS.get(category or "")
    return Style() if weight is None else weight + Style(color=variables[f"response-{str(category).lower()}"])


def next_theme(name: str) -> str:
    """The name of the theme after ``name``; the first one if ``name`` is none of ours."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
