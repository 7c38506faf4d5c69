"""Values arrive in canonical units with what was charted beside them."""

HEAD = "patient_id,day,analyte,value,unit,lower,upper,assay\n"


def stored(study, columns="analyte, value, unit"):
    return study.rows(f"SELECT {columns} FROM observation ORDER BY source_row")


CANONICAL = [
    ("haemoglobin,87,g/L", ("haemoglobin", 87, "g/L")),
    ("hemoglobin,8.7,g/dL", ("haemoglobin", 87, "g/L")),
    ("PLT,34,", ("platelets", 34, "10*9/L")),
    ("777-3,34,K/uL", ("platelets", 34, "10*9/L")),
    ("temperature,101.3,°F", ("temperature", 38.5, "Cel")),
    ("fibrinogen,150,mg/dL", ("fibrinogen", 1.5, "g/L")),
    ("D-dimer,0.4,mg/L FEU", ("d_dimer", 400, "ug/L{FEU}")),
    ("D-dimer,250,ng/mL DDU", ("d_dimer", 500, "ug/L{FEU}")),
    ("ferritin,10000,pmol/L", ("ferritin", 4450, "ug/L")),
    ("neutrophils,480,/uL", ("neutrophils", 0.48, "10*9/L")),
    ("scd25,6400,pg/mL", ("scd25", 6400, "pg/mL")),
    ("scd25,2400,U/mL", ("scd25", 2400, "[arb'U]/mL")),
    ("ebv_dna,1200,IU/mL", ("ebv_dna", 1200, "[IU]/mL")),
    ("splenomegaly,Present,", ("splenomegaly", 1, "1")),
    ("hepatomegaly,no,", ("hepatomegaly", 0, "1")),
    ("nk_activity,abnormal,", ("nk_activity", 1, "1")),
    ("ECOG,2,", ("performance_status", 2, "1")),
    ("spleen_below_margin,not palpable,", ("spleen_below_margin", 0, "cm")),
]


def test_names_units_and_words_become_canonical(bring, study):
    rows = "".join(f"P01,{day},{row}\n" for day, (row, _) in enumerate(CANONICAL))
    bring(observations="patient_id,day,analyte,value,unit\n" + rows)
    assert stored(study) == [expected for _, expected in CANONICAL]


def test_comparators_are_kept_beside_the_number(bring, study):
    rows = "".join(f"P01,1,ferritin,{value}\n" for value in (">2000", "<0.5", "≥ 40000", "<=3", "=>7", "12"))
    bring(observations="patient_id,day,analyte,value\n" + rows)
    assert stored(study, "comparator, value, raw_value") == [
        (">", 2000, ">2000"),
        ("<", 0.5, "<0.5"),
        (">=", 40000, "≥ 40000"),
        ("<=", 3, "<=3"),
        (">=", 7, "=>7"),
        (None, 12, "12"),
    ]


def test_the_charted_text_and_the_laboratory_interval_stay(bring, study):
    bring(observations=HEAD + "P01,2.5,Hgb,8.7,g/dL,13,17.5,Sysmex\n")
    assert stored(study, "day::DOUBLE, value, raw_value, raw_unit, lower, upper, assay, source_row") == [
        (2.5, 87, "8.7", "g/dL", 130, 175, "Sysmex", 2)
    ]


REFUSED = [
    ("P09,1,PLT,20,", 'patient_id: "P09" is not a patient, expected a patient_id of patients or of the study'),
    (",1,PLT,20,", "patient_id: is empty, expected a text"),
    ("P01,,PLT,20,", "day: is empty, expected days since the index event such as 7 or 1.5"),
    ("P01,soon,PLT,20,", 'day: "soon" is not a number, expected days since the index event such as 7 or 1.5'),
    ("P01,45000,PLT,20,", "day: 45000 is above 36525, expected at most 36525"),
    ("P01,1,,20,", "analyte: is empty, expected a text"),
    (
        "P01,1,platlets,20,",
        'analyte: "platlets" is not a known analyte, expected an id, a synonym or a LOINC code; did you mean platelets',
    ),
    ("P01,1,PLT,,", "value: is empty, expected a number such as 12.5 or <0.5, or a finding such as present"),
    ("P01,1,PLT,low,", 'value: "low" is not a number, expected a number such as 12.5 or <0.5'),
    ("P01,1,PLT,nan,", 'value: "nan" is not a number, expected a number such as 12.5 or <0.5'),
    ("P01,1,PLT,inf,", 'value: "inf" is not a number, expected a number such as 12.5 or <0.5'),
    ("P01,1,PLT,1e400,", 'value: "1e400" is not a number, expected a number such as 12.5 or <0.5'),
    ("P01,1,PLT,0x20,", 'value: "0x20" is not a number, expected a number such as 12.5 or <0.5'),
    (
        "P01,1,PLT,1e308,",
        "value: 1e+308 10⁹/L is above the plausible limit of platelets, expected at most 3000"
        " (perhaps per µL: give the unit)",
    ),
    (
        "P01,1,ferritin,1e308,mg/L",
        'value: "1e308" is above the plausible limit of ferritin, expected at most 1000000',
    ),
    ("P01,1,hb,350,", "value: 350 g/L is above the plausible limit of haemoglobin, expected at most 260"),
    (
        "P01,1,hb,9,",
        "value: 9 g/L is below the plausible limit of haemoglobin, expected at least 10 (likely g/dL: give the unit)",
    ),
    (
        "P01,1,fibrinogen,150,",
        "value: 150 g/L is above the plausible limit of fibrinogen, expected at most 20 (likely mg/dL: give the unit)",
    ),
    ("P01,1,PLT,-1,", "value: -1 10⁹/L is below the plausible limit of platelets, expected at least 0"),
    ("P01,1,alt,20,mg/L", 'unit: "mg/L" is not a unit of alt, expected U/L, ukat/L, nkat/L'),
    ("P01,1,splenomegaly,present,cm", 'unit: "cm" is not a unit of splenomegaly, expected no unit'),
    ("P01,1,splenomegaly,maybe,", 'value: "maybe" is not a result of splenomegaly, expected present or absent'),
    ("P01,1,nk_activity,absent,", 'value: "absent" is not a result of nk_activity, expected normal or abnormal'),
    ("P01,1,ECOG,2.5,", 'value: "2.5" is not a grade of performance_status, expected 0, 1, 2, 3, 4 or 5'),
    ("P01,1,ECOG,6,", "value: 6 is above the plausible limit of performance_status, expected at most 5"),
    ("P01,1,2571-8,3,", "unit: LOINC 2571-8 has no unit, expected mg/dL or g/L"),
    ("P01,1,2571-8,3,mmol/L", "unit: LOINC 2571-8 does not fit its unit, expected mg/dL or g/L"),
]


def test_a_refused_row_says_where_what_and_what_is_expected(rejected):
    rows = "".join(f"{row}\n" for row, _ in REFUSED)
    said = rejected(observations="patient_id,day,analyte,value,unit\nP01,0,PLT,20,\n" + rows)
    assert said == tuple(f"observations.csv:{line} {sentence}" for line, (_, sentence) in enumerate(REFUSED, 3))


def test_neutrophils_above_leukocytes_of_the_same_panel(rejected):
    said = rejected(
        observations="patient_id,day,analyte,value\nP01,2,ANC,3.1\nP01,2,WBC,2.0\nP01,3,ANC,9\nP02,3,WBC,1\n"
    )
    assert said == (
        "observations.csv:2 value: neutrophils 3.1 is above leukocytes 2 of the same panel (row 3), expected at most 2",
    )


def test_neutrophils_below_a_detection_limit_prove_nothing(bring):
    report = bring(observations="patient_id,day,analyte,value\nP01,2,ANC,<0.5\nP01,2,WBC,0.3\n")
    assert report.added["observations"] == 2


def test_upper_below_lower(rejected):
    assert rejected(observations=HEAD + "P01,1,PLT,20,,350,125,\n") == (
        "observations.csv:2 upper: is below lower, expected at least 350",
    )


def test_unusual_values_are_accepted_and_listed(bring, study):
    report = bring(
        observations="patient_id,day,analyte,value,unit\nP01,1,hb,12.5,\nP01,31,PLT,40,\nP01,2,d-dimer,3,mg/L\n"
    )
    assert len(stored(study)) == 3
    assert report.warnings == (
        "observations.csv:2 value: 12.5 g/L is an unusual haemoglobin, usual are at least 40"
        " (likely g/dL: give the unit)",
        "observations.csv:3 day: day 31 is after the last contact of the patient (day 30)",
        "observations.csv: d_dimer in mg/L (1 row): the unit does not say FEU or DDU and was read as FEU;"
        " write mg/L{FEU} or mg/L{DDU}",
    )


def test_a_change_of_assay_is_listed(bring):
    report = bring(observations=HEAD + "P01,1,scd25,2400,U/mL,,,A\nP01,2,scd25,6400,pg/mL,,,B\n")
    assert report.warnings == (
        "observations.csv: scd25 of P01 comes from more than one assay or unit; they are never compared",
    )


def test_every_refused_row_is_listed_in_order(rejected):
    rows = "".join(f"P01,{n},PLT,x\n" for n in range(500))
    said = rejected(observations="patient_id,day,analyte,value\n" + rows)
    assert len(said) == 500
    assert [int(line.split(":")[1].split()[0]) for line in said] == list(range(2, 502))


def test_limits_that_are_none(rejected):
    said = rejected(
        observations="patient_id,day,analyte,value,unit,lower,upper\nP01,1,hb,12,g/dL,<12,16\nP01,1,hb,12,g/dL,,1e308\n"
        "P01,1,PLT,20,,125000,350000\nP01,1,hb,120,,1.2,1.6\n"
    )
    most = "10⁹/L is above the plausible limit of platelets, expected at most 3000 (perhaps per µL: give the unit)"
    assert said == (
        'observations.csv:2 lower: "<12" is not a number, expected a number such as 12.5',
        'observations.csv:3 upper: "1e308" is above the plausible limit of haemoglobin, expected at most 260',
        f"observations.csv:4 lower: 125000 {most}",
        f"observations.csv:4 upper: 350000 {most}",
        "observations.csv:5 upper: 1.6 g/L is below the plausible limit of haemoglobin, expected at least 10"
        " (likely g/dL: give the unit)",
    )


def test_limits_in_another_unit_than_the_value_are_listed(bring, study):
    report = bring(
        observations="patient_id,day,analyte,value,unit,lower,upper\n"
        "P01,1,hb,120,,12,16\nP01,2,hb,118,,12,16\nP01,3,hb,11.8,g/dL,12,16\n"
        "P01,1,PLT,20000,/uL,125,350\nP01,1,bilirubin,12,,,1.2\nP01,1,ferritin,900,,20,250\n"
        "P01,1,d-dimer,900,ug/L FEU,,0.5\nP01,1,temperature,38,,36,37.5\nP01,1,scd25,9000,pg/mL,,2400\n"
    )
    assert report.warnings == (
        "observations.csv: limits of bilirubin such as up to 1.2 µmol/L (1 row) are far from the usual ones,"
        " up to 21: give them in the unit of the value",
        "observations.csv: limits of d_dimer such as up to 0.5 µg/L FEU (1 row) are far from the usual ones,"
        " up to 500: give them in the unit of the value",
        "observations.csv: limits of haemoglobin such as 12 to 16 g/L (2 rows) are far from the usual ones,"
        " 115 to 175: give them in the unit of the value",
        "observations.csv: limits of platelets such as 0.125 to 0.35 10⁹/L (1 row) are far from the usual ones,"
        " 125 to 350: give them in the unit of the value",
    )
