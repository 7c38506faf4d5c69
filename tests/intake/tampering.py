"""Charts with a value in every column, and a study made of such charts, to tamper with."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.intake.load import import_charts
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.study.file import create_study
from hlh_tui.study.models import Actor

READER = Actor("a-meyer", "A. Meyer")
CHARTS = {
    "patients": "patient_id,sex,age_years,aetiology,disease_status,onset_day,last_contact_day,site,weight_kg,"
    "body_surface_m2,prior_etoposide\n"
    "P01,female,61,lymphoma,refractory,-21,300,Beijing,52,1.5,yes\n"
    "P02,male,34.5,ebv,initial,-10.5,28,Beijing,71.5,1.9,no\n"
    "P03,,,,,,90,,,,\n",
    "observations": "patient_id,day,analyte,value,unit,lower,upper,assay,specimen,method,source_ref\n"
    "P01,-1,ferritin,8420,ug/L,30,400,A,serum,ECLIA,sheet 1\n"
    "P01,14,ferritin,<640,ug/L,30,400,A,serum,ECLIA,sheet 2\n"
    "P01,14,platelets,120,10*9/L,,,,,,\n"
    "P02,0,ferritin,900,ug/L,30,400,A,serum,ECLIA,sheet 3\n"
    "P02,3,platelets,55,10*9/L,,,,,,\n"
    "P02,3,platelets,55,10*9/L,,,,,,\n"
    "P02,3,platelets,55,10*9/L,,,,,,\n",
    "exposures": "patient_id,drug,drug_class,start_day,end_day,dose,dose_unit,route,source_ref\n"
    "P01,emapalumab,anti_ifn_gamma,0,8,1,mg/kg,intravenous,letter 1\n"
    "P02,dexamethasone,glucocorticoid,-5,20,10,mg/m2,oral,letter 2\n",
    "events": "patient_id,day,kind,end_day,term,grade,relatedness,cause,source_ref\n"
    "P01,12,adverse_event,15,pneumonia,3,possible,,letter 3\n"
    "P02,28,death,,,,,sepsis,letter 4\n",
    "notes": "patient_id,day,text,kind,author,source_ref\n"
    "P01,2,Fever gone.,progress,Dr Chen,n1\n"
    "P02,3,Still febrile.,progress,Dr Chen,n2\n",
}
HELD = {
    "patients": (
        *("patient_id", "sex", "age_years", "aetiology", "disease_status", "onset_day", "last_contact_day", "site"),
        *("weight_kg", "body_surface_m2", "attributes"),
    ),
    "observations": (
        *("patient_id", "day", "analyte", "value", "comparator", "unit", "lower", "upper", "assay", "specimen"),
        *("method", "source_ref"),
    ),
    "exposures": (
        *("patient_id", "drug", "drug_class", "start_day", "end_day", "dose", "dose_unit", "route", "source_ref"),
    ),
    "events": ("patient_id", "day", "kind", "end_day", "term", "grade", "relatedness", "cause", "source_ref"),
    "notes": ("patient_id", "day", "text", "kind", "author", "source_ref"),
}
"""Table of charts -> the columns of the study's table that say what was charted."""
INTO = {"patients": "patient", "observations": "observation", "exposures": "exposure", "events": "event"} | {
    "notes": "note"
}


def made(folder: Path, *imports: dict[str, str]) -> Path:
    """A closed study ``song.duckdb`` in ``folder`` with one import after the other."""
    (folder / "staging").mkdir()
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    with create_study(folder / "song.duckdb", *documents, READER, staging=folder / "staging") as study:
        for number, tables in enumerate(imports):
            charts = folder / f"charts-{number}"
            charts.mkdir()
            for name, text in tables.items():
                (charts / f"{name}.csv").write_text(text, encoding="utf-8")
            import_charts(study, charts, READER)
    return folder / "song.duckdb"
