"""Who stands behind a number."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.likely import likely
from hlh_tui.ui.present import abbreviated, fit, plain, sex_age
from hlh_tui.ui.screens.dialogue import Dialogue

MOST = 1000
"""Lines that a list can take without keeping the reader waiting."""


class PatientsScreen(Dialogue[str | None]):
    """Lists patients; gives back the one to open, or None."""

    app = getters.app(HlhApp)
    BINDINGS: ClassVar = [("escape,q", "close", "Close")]

    def __init__(self, title: str, patients: tuple[str, ...]) -> None:
        super().__init__()
        self.heading = title
        self.patients = patients

    def compose(self) -> ComposeResult:
        """One line a patient."""
        rows = {row.patient_id: row for row in self.app.cases}
        with Vertical(classes="dialogue") as box:
            box.border_title = plain(self.heading)
            box.border_subtitle = "enter opens the chart · esc closes"
            lines = []
            for patient in self.patients[:MOST]:
                row = rows.get(patient)
                words = fit(patient, 10)
                if row is not None:
                    age = fit(sex_age(row.sex, row.age_years), 7)
                    final = row.final or "undecided"
                    aetiology = fit(abbreviated(row.aetiology) or "-", 16)
                    words += f"{age}{aetiology}  {fit(row.disease_status or '-', 11)}  {final}"
                lines.append(Option(plain(words)))
            yield OptionList(*lines, markup=False)
            if len(self.patients) > MOST:
                words = f"the first {MOST} of {len(self.patients)}; the Cases screen finds the others (/)"
                yield Static(plain(words), classes="hint")

    @on(OptionList.OptionHighlighted)
    def read_ahead(self, message: OptionList.OptionHighlighted) -> None:
        """Have the patient assessed by the time the chart is opened."""
        likely(self.app, self.patients[message.option_index])

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Give back the patient."""
        self.dismiss(self.patients[message.option_index])

    def action_close(self) -> None:
        """Open nobody."""
        self.dismiss(None)
