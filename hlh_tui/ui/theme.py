"""The five themes: every colour of the app stands in this file."""

from __future__ import annotations

from textual.theme import Theme

RESPONSES = {
    # dark ground, muted, told apart by lightness as well as by hue
    "response-cr": "#8fd694",
    "response-pr": "#7cc4e8",
    "response-imp": "#e8cf7c",
    "response-nr": "#f0907a",
    "response-ne": "#a5abb5",
}
CURVES = {
    "curve-1": "#7cc4e8",
    "curve-2": "#e8a95c",
    "curve-3": "#8fd694",
    "curve-4": "#d69be0",
    "curve-5": "#e8e07c",
    "curve-6": "#f0907a",
}
STATES = {"state-met": "#8fd694", "state-not-met": "#f0907a", "state-unknown": "#a5abb5", "synthetic-banner": "#e8cf7c"}
DEFAULTS = {**RESPONSES, **CURVES, **STATES, "faint": "#8b93a1"}


def _variables(**changed: str) -> dict[str, str]:
    named = {key.replace("_", "-"): value for key, value in changed.items()}
    return {
        **DEFAULTS,
        "footer-key-foreground": named.get("curve-1", CURVES["curve-1"]),
        "border-blurred": named.get("faint", DEFAULTS["faint"]),
        **named,
    }


DARK = Theme(
    name="dark",
    primary="#7cc4e8", secondary="#5a7fa0", accent="#e8a95c", warning="#e8cf7c", error="#f0907a", success="#8fd694",
    foreground="#dfe3ea", background="#14181f", surface="#1b212b", panel="#242c38", dark=True,
    variables=_variables(),
)  # fmt: skip

LIGHT = Theme(
    name="light",
    primary="#0b5c8a", secondary="#49708c", accent="#9a5700", warning="#7d5c00", error="#a8321c", success="#1c6b2a",
    foreground="#1c222b", background="#fbfaf6", surface="#f1efe8", panel="#e4e1d6", dark=False,
    variables=_variables(
        response_cr="#1c6b2a", response_pr="#0b5c8a", response_imp="#7d5c00", response_nr="#a8321c", response_ne="#565d68",
        curve_1="#0b5c8a", curve_2="#9a5700", curve_3="#1c6b2a", curve_4="#7a2f8f", curve_5="#6b6400", curve_6="#a8321c",
        state_met="#1c6b2a", state_not_met="#a8321c", state_unknown="#565d68", synthetic_banner="#7d5c00", faint="#626a76",
    ),
)  # fmt: skip

CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00", secondary="#00ffff", accent="#ffb000", warning="#ffff00", error="#ff9080", success="#60ff60",
    foreground="#ffffff", background="#000000", surface="#000000", panel="#202020", dark=True,
    variables=_variables(
        response_cr="#60ff60", response_pr="#60d0ff", response_imp="#ffff00", response_nr="#ff9080", response_ne="#ffffff",
        curve_1="#60d0ff", curve_2="#ffb000", curve_3="#60ff60", curve_4="#ff90ff", curve_5="#ffff00", curve_6="#ff9080",
        state_met="#60ff60", state_not_met="#ff9080", state_unknown="#ffffff", synthetic_banner="#ffff00", faint="#e0e0e0",
    ),
)  # fmt: skip

# Okabe and Ito's eight colours, told apart with every common form of colour blindness.
OKABE_ITO = Theme(
    name="colour-blind",
    primary="#56b4e9", secondary="#0072b2", accent="#e69f00", warning="#f0e442", error="#d55e00", success="#009e73",
    foreground="#e8e8e8", background="#101418", surface="#181e24", panel="#222a33", dark=True,
    variables=_variables(
        response_cr="#009e73", response_pr="#56b4e9", response_imp="#f0e442", response_nr="#e69f00", response_ne="#b8b8b8",
        curve_1="#56b4e9", curve_2="#e69f00", curve_3="#009e73", curve_4="#cc79a7", curve_5="#f0e442", curve_6="#d55e00",
        state_met="#56b4e9", state_not_met="#e69f00", state_unknown="#b8b8b8", synthetic_banner="#f0e442", faint="#9aa4ae",
    ),
)  # fmt: skip

MONO = Theme(
    name="mono",
    primary="#ffffff", secondary="#b0b0b0", accent="#ffffff", warning="#ffffff", error="#ffffff", success="#ffffff",
    foreground="#d8d8d8", background="#101010", surface="#1a1a1a", panel="#282828", dark=True,
    variables=_variables(
        **dict.fromkeys(
            [name.replace("-", "_") for name in (*RESPONSES, *CURVES, *STATES)], "#f0f0f0"
        ),
        faint="#a0a0a0",
    ),
)  # fmt: skip

THEMES = (DARK, LIGHT, CONTRAST, OKABE_ITO, MONO)
"""In the order in which ``t`` goes through them."""


def next_theme(name: str) -> str:
    """The name of the theme after ``name``; the first one if ``name`` is none of ours."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
