-- One row for each name and unit as charted. unit_column is the column to blame when the pair cannot be used.
CREATE TABLE resolved (
    name VARCHAR, text VARCHAR, rows BIGINT, analyte VARCHAR, label VARCHAR, kind VARCHAR, unit VARCHAR, unit_shown VARCHAR,
    plus DOUBLE, times DOUBLE, divide DOUBLE,
    reject_low DOUBLE, reject_high DOUBLE, warn_low DOUBLE, warn_high DOUBLE,
    hint_low DOUBLE, hint_low_text VARCHAR, hint_high DOUBLE, hint_high_text VARCHAR,
    expected VARCHAR, unit_column VARCHAR, unit_problem VARCHAR, unit_note VARCHAR, assay_bound BOOLEAN,
    usual_low DOUBLE, usual_high DOUBLE, ignored BOOLEAN
);
CREATE TABLE level (analyte VARCHAR, word VARCHAR, value DOUBLE);
