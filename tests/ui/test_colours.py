"""Every screen stands in the colours of the theme: the first one, one first visited, and one from before a change."""

from __future__ import annotations

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.theme import DARK, LIGHT
from hlh_tui.ui.widgets.bars import TitleBar


def colours(app: HlhApp) -> tuple[str, str]:
    """The colours of the screen and of the words in its title bar."""
    title = app.screen.query_one(TitleBar).styles
    return app.screen.styles.background.hex.lower(), title.color.hex.lower()


async def test_every_screen_has_the_colours_of_the_theme(opened, press) -> None:
    dark, light = (DARK.background, DARK.foreground), (LIGHT.background, LIGHT.foreground)
    async with opened() as (app, pilot):
        assert colours(app) == dark, "as it starts"
        await press(app, pilot, "T")
        assert colours(app) == dark, "first visited"
        await press(app, pilot, "t")
        assert colours(app) == light, "changed"
        await press(app, pilot, "C")
        assert colours(app) == light, "from before the change"
        await press(app, pilot, "K")
        assert colours(app) == light, "first visited after the change"
