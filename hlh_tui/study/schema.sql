-- The study file. Chart tables are written by intake alone, in one transaction an import;
-- the log is written by study.log alone and is insert-only.
CREATE TABLE study (
    key VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);

CREATE TABLE protocol (
    hash VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL CHECK (kind IN ('study', 'criteria')),
    id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    toml VARCHAR NOT NULL,
    adopted_at VARCHAR NOT NULL
);

CREATE TABLE source (
    source_id INTEGER PRIMARY KEY,
    file VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    mapping VARCHAR,
    imported_at VARCHAR NOT NULL,
    rows BIGINT NOT NULL
);

CREATE TABLE identity (
    patient_id VARCHAR PRIMARY KEY,
    index_at TIMESTAMP,
    original_id VARCHAR
);

-- attributes: canonical JSON object of the further columns, all values text
CREATE TABLE patient (
    patient_id VARCHAR PRIMARY KEY,
    sex VARCHAR CHECK (sex IN ('female', 'male', 'other', 'unknown')),
    age_years DOUBLE,
    aetiology VARCHAR,
    disease_status VARCHAR CHECK (disease_status IN ('initial', 'refractory', 'relapse')),
    onset_day DECIMAL(9, 4),
    last_contact_day DECIMAL(9, 4) NOT NULL,
    site VARCHAR,
    weight_kg DOUBLE,
    body_surface_m2 DOUBLE,
    attributes VARCHAR NOT NULL DEFAULT '{}',
    source_id INTEGER,
    source_row INTEGER,
    row_hash VARCHAR
);

-- Days are DECIMAL(9,4) so that differences such as "3 days later" are exact (0.0001 day is 9 seconds).
-- value: number in the canonical unit; findings as 0 absent/normal, 1 present/abnormal.
-- comparator: '<', '<=', '>', '>=' or NULL (exact). raw_value and raw_unit: as the file had them.
CREATE TABLE observation (
    patient_id VARCHAR NOT NULL,
    day DECIMAL(9, 4) NOT NULL,
    analyte VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    comparator VARCHAR CHECK (comparator IN ('<', '<=', '>', '>=')),
    unit VARCHAR NOT NULL,
    raw_value VARCHAR NOT NULL,
    raw_unit VARCHAR,
    lower DOUBLE,
    upper DOUBLE,
    assay VARCHAR,
    specimen VARCHAR,
    method VARCHAR,
    source_ref VARCHAR,
    source_id INTEGER,
    source_row INTEGER,
    row_hash VARCHAR
);

CREATE TABLE exposure (
    patient_id VARCHAR NOT NULL,
    drug VARCHAR NOT NULL,
    drug_class VARCHAR,
    start_day DECIMAL(9, 4) NOT NULL,
    end_day DECIMAL(9, 4),
    dose DOUBLE,
    dose_unit VARCHAR,
    route VARCHAR,
    source_ref VARCHAR,
    source_id INTEGER,
    source_row INTEGER,
    row_hash VARCHAR
);

CREATE TABLE event (
    patient_id VARCHAR NOT NULL,
    day DECIMAL(9, 4) NOT NULL,
    end_day DECIMAL(9, 4),
    kind VARCHAR NOT NULL,
    term VARCHAR,
    grade INTEGER CHECK (grade BETWEEN 1 AND 5),
    relatedness VARCHAR,
    cause VARCHAR,
    source_ref VARCHAR,
    source_id INTEGER,
    source_row INTEGER,
    row_hash VARCHAR
);

CREATE TABLE note (
    patient_id VARCHAR NOT NULL,
    day DECIMAL(9, 4) NOT NULL,
    kind VARCHAR,
    author VARCHAR,
    text VARCHAR NOT NULL,
    source_ref VARCHAR,
    source_id INTEGER,
    source_row INTEGER,
    row_hash VARCHAR
);

-- payload: canonical JSON (sorted keys, no spaces, UTF-8); hash: SHA-256 of prev_hash and the canonical JSON of the entry.
CREATE TABLE log (
    seq BIGINT PRIMARY KEY,
    recorded_at VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    actor_name VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    patient_id VARCHAR,
    payload VARCHAR NOT NULL,
    prev_hash VARCHAR NOT NULL,
    hash VARCHAR NOT NULL
);

-- The append-only triggers write here only on their way to an error; the table stays empty.
CREATE TABLE log_guard (message VARCHAR);
