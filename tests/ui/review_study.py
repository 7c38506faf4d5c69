"""A study of five hand-made charts for the Review screen's tests; every number is chosen, none is a patient's."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hlh_tui.intake.load import import_charts
from hlh_tui.protocol import load
from hlh_tui.study.file import create_study, open_study
from hlh_tui.study.models import Actor
from tests.made_once import made_once

MEYER = Actor("a-meyer", "A. Meyer")
BRANDT = Actor("b-brandt", "B. Brandt")

PATIENTS = """\
patient_id,sex,age_years,aetiology,disease_status,onset_day,last_contact_day
A01,male,34,ebv,refractory,-30,120
A02,female,51,lymphoma,initial,-12,200
A03,male,27,autoimmune,relapse,-40,90
A04,female,66,unidentified,initial,-8,60
A05,male,45,ebv,initial,-10,5
"""

ITEMS = (
    "temperature", "spleen_below_margin", "neutrophils", "platelets", "ferritin", "fibrinogen", "d_dimer",
    "cns_involvement",
)  # fmt: skip

ABNORMAL = ("39.6", "4", "0.6", "31", "8420", "0.9", "5200", "present")
HALF = ("37.9", "3", "0.9", "66", "3600", "1.3", "1900", "present")
NORMAL = ("36.7", "0", "2.2", "182", "640", "2.4", "310", "absent")

CHARTS: dict[str, dict[float, tuple[str, ...]]] = {
    "A01": {-1: ABNORMAL, 1: HALF, 3: HALF, 7: NORMAL, 10: NORMAL, 14: NORMAL, 21: NORMAL, 35: NORMAL},
    # everything normal but ferritin: the rules say partial response
    "A02": {-1: ABNORMAL, 3: HALF, 7: (*NORMAL[:4], "5000", *NORMAL[5:]), 14: (*NORMAL[:4], "5000", *NORMAL[5:])},
    "A03": {-1: ABNORMAL, 3: HALF, 7: NORMAL, 14: NORMAL},
    "A04": {-1: ABNORMAL, 3: ABNORMAL, 7: ABNORMAL, 14: ABNORMAL},
    "A05": {-1: ABNORMAL},
}

FURTHER = """\
A01,-1,crp,88,mg/L,,5,,row 90
A01,7,crp,12,mg/L,,5,,row 91
A01,14,crp,3,mg/L,,5,,row 92
A01,-1,haemoglobin,7.8,g/dL,13,17.5,,row 93
A01,14,haemoglobin,11.2,g/dL,13,17.5,,row 94
A01,-1,scd25,4200,[arb'U]/mL,,,Immulite,row 95
A01,7,scd25,2100,[arb'U]/mL,,,Immulite,row 96
A01,2.25,temperature,38.4,Cel,,,,row 97
A01,2.75,temperature,37.1,Cel,,,,row 98
"""

EXPOSURES = """\
patient_id,drug,drug_class,start_day,end_day,dose,dose_unit,route
A01,emapalumab,anti_ifn_gamma,0,0,1.4,mg/kg,iv
A01,emapalumab,anti_ifn_gamma,3,3,1.4,mg/kg,iv
A01,ruxolitinib,jak_inhibitor,-2,28,20,mg/m2/d,oral
A01,dexamethasone,glucocorticoid,-12,5,10,mg/m2/d,iv
A02,emapalumab,anti_ifn_gamma,0,0,1,mg/kg,iv
A03,emapalumab,anti_ifn_gamma,0,0,1,mg/kg,iv
A04,emapalumab,anti_ifn_gamma,0,0,1,mg/kg,iv
A05,emapalumab,anti_ifn_gamma,0,0,1,mg/kg,iv
"""

EVENTS = """\
patient_id,day,kind,end_day,term,grade,relatedness,cause
A01,2,transfusion,,platelets,,,
A01,9,adverse_event,,herpes zoster,2,possible,
A01,40,hsct,,,,,
A03,5,transfusion,,platelets,,,
A03,12,transfusion,,platelets,,,
A04,60,death,,,,,HLH
A05,5,death,,,,,HLH
"""

NOTES = """\
patient_id,day,kind,author,text
A01,-1,imaging,Dr. Keller,"Spleen 4 cm below margin; mass [R] lung [2.3 cm], marrow [c-MET] negative."
A01,7,ward round,Dr. Keller,"Afebrile since [b]day 4[/b], walks again."
A01,40,transplant,Dr. Keller,"HSCT from matched sibling."
"""

BOUNDS = "patient_id,day,analyte,value,unit,lower,upper,assay,source_ref\n"


def observations() -> str:
    """The observations table of all charts as CSV."""
    lines = [
        f"{patient},{day},{analyte},{value},,,,,"
        for patient, days in CHARTS.items()
        for day, values in days.items()
        for analyte, value in zip(ITEMS, values, strict=True)
    ]
    return BOUNDS + "\n".join(lines) + "\n" + FURTHER


def write_charts(folder: Path) -> None:
    """The five tables as files."""
    folder.mkdir()
    tables = {
        "patients": PATIENTS,
        "observations": observations(),
        "exposures": EXPOSURES,
        "events": EVENTS,
        "notes": NOTES,
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def make_study(folder: Path, blinded: bool = False) -> Path:
    """A study file with these charts."""
    return made_once(("review", blinded), folder / "review.duckdb", lambda path: _make(path, blinded))


def _make(path: Path, blinded: bool) -> None:
    protocol = load.read_bundled(load.STUDIES, "song-2024")
    if blinded:
        text = protocol.toml.replace('reveal_proposal = "after_first_decision"', 'reveal_proposal = "when_open"')
        protocol = load.adopt(text, "blinded.toml")
    criteria = load.read_bundled(load.CRITERIA, "locatelli-2020")
    create_study(path, protocol, criteria, MEYER, synthetic=True).close()
    with tempfile.TemporaryDirectory() as staging, open_study(path, staging=Path(staging)) as study:
        write_charts(Path(staging) / "charts")
        import_charts(study, Path(staging) / "charts", MEYER)
