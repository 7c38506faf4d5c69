"""The options of locatelli-2020 as the oracle understands them: the numbers and names behind each choice."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_DOSE = 0
LABORATORY = ("neutrophils", "platelets", "ferritin", "fibrinogen", "d_dimer")
NEW_THERAPY = (
    "etoposide", "doxorubicin", "cyclophosphamide", "vincristine", "pegaspargase", "alemtuzumab",
    "antithymocyteglobulin", "thymoglobulin", "atg", "ciclosporin", "cyclosporin", "anakinra", "tocilizumab",
)  # fmt: skip


@dataclass(frozen=True)
class Options:
    """The points on which readings differ, as the criteria file names them; the defaults are its defaults."""

    bound: str = "registry"
    coag: str = "and_or"
    cyto_domains: str = "1"
    impr_cut: str = "ge"
    min_abn: str = "reactivated"
    confirm_days: str = "3"
    missing: str = "strict"
    improvement_under_support: str = "counts"
    hsct: str = "while_on_treatment"
    new_therapy: str = "while_on_treatment"
    new_therapy_by: str = "event"
    death: str = "while_on_treatment"
    horizon: str = "28"
    baseline_window: str = "7"
    windows: str = "standard"
    support_days: str = "4"
    guard: str = "2"
    ddu: str = "converted"
    splenectomy: str = "standard"

    @property
    def domains(self) -> dict[str, tuple[str, ...]]:
        """The items of each domain."""
        one = {"cytopenia": ("neutrophils", "platelets")}
        two = {"neutropenia": ("neutrophils",), "thrombocytopenia": ("platelets",)}
        return {
            "fever": ("fever",),
            "spleen": ("spleen",),
            **(one if self.cyto_domains == "1" else two),
            "ferritin": ("ferritin",),
            "coagulopathy": ("fibrinogen", "d_dimer"),
            "cns": ("cns",),
        }

    @property
    def last_day(self) -> int:
        """The horizon; 28 days of confirmation need the later one."""
        return 56 if "56" in self.horizon or self.confirm_days == "28" else 28

    @property
    def carried(self) -> int:
        return {"locf3": 3, "locf7": 7}.get(self.missing, 0)

    def look_back(self, item: str) -> int:
        if item == "fever":
            return 1
        laboratory, organs = {"standard": (3, 14), "narrow": (1, 7), "wide": (7, 28)}[self.windows]
        return laboratory if item in LABORATORY else organs

    def before_first_dose(self, item: str) -> int:
        """How old a baseline may be."""
        return 1 if item == "fever" else int(self.baseline_window)

    @property
    def strategies(self) -> dict[str, str]:
        """What each kind of intercurrent event does."""
        return {"hsct": self.hsct, "chemotherapy": self.new_therapy, "death": self.death}

    @property
    def spleen_removed(self) -> tuple[bool | None, bool | None]:
        """Whether a spleen that was taken out is normal: before the first dose, and from a later operation on."""
        return {"standard": (True, None), "not_evaluable": (None, None), "met": (True, True)}[self.splenectomy]
