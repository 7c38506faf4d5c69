-- Pseudo-random whole numbers below `choices`, from the seed, the patient and what is drawn: MD5, so that they are the
-- same on every machine, whatever else is drawn and however many patients there are.
CREATE MACRO draw(number, what, choices) AS
    (md5_number_lower(concat_ws('/', getvariable('seed'), number, what)) % choices::UBIGINT)::BIGINT;

-- A whole number of units of the last decimal as text.
CREATE MACRO decimal_text(units, decimals) AS CASE decimals
    WHEN 0 THEN units::VARCHAR
    WHEN 1 THEN (units // 10)::VARCHAR || '.' || (units % 10)::VARCHAR
    ELSE (units // 100)::VARCHAR || '.' || lpad((units % 100)::VARCHAR, 2, '0') END;

-- Each patient's course and time of day (twentieths of a day after the hour of the first dose), in the order of the ids.
CREATE TABLE drawn AS
SELECT number, 'S' || lpad(number::VARCHAR, 7, '0') AS patient_id,
    (draw(number, 'hour', 20) * 0.05)::DECIMAL(9, 4) AS hour,
    list_extract(slots, 1 + draw(number, 'course', len(slots))) AS course
FROM (
    SELECT number, list_extract(getvariable('slots'), 1 + draw(number, 'category', 100)) AS slots
    FROM range(1, getvariable('patients') + 1) AS every(number)
);

CREATE VIEW known AS
SELECT number, patient_id, hour, list_extract(getvariable('courses'), course) AS course FROM drawn;

CREATE VIEW last_contact AS
SELECT *, coalesce(
    course.last_contact_day,
    getvariable('last_contact_from') + draw(number, 'last contact', getvariable('last_contact_choices'))
) + hour AS last_contact_day
FROM known;

CREATE VIEW patients AS
SELECT patient_id,
    list_extract(['female', 'male'], 1 + draw(number, 'sex', 2)) AS sex,
    18 + draw(number, 'age', 62) AS age_years,
    list_extract(['ebv', 'lymphoma', 'autoimmune', 'unidentified'], 1 + draw(number, 'aetiology', 4)) AS aetiology,
    coalesce(course.disease_status,
        list_extract(['initial', 'refractory', 'relapse'], 1 + draw(number, 'disease status', 3))) AS disease_status,
    -10 - draw(number, 'onset', 60) AS onset_day,
    last_contact_day,
    'synthetic centre' AS site,
    list_extract(['no', 'yes'], 1 + draw(number, 'glucocorticoids', 2)) AS prior_glucocorticoids,
    list_extract(['no', 'yes'], 1 + draw(number, 'ruxolitinib', 2)) AS prior_ruxolitinib,
    list_extract(['no', 'yes'], 1 + draw(number, 'etoposide', 2)) AS prior_etoposide,
    list_extract(['no', 'yes'], 1 + draw(number, 'ivig', 2)) AS prior_ivig,
    list_extract(['no', 'yes'], 1 + draw(number, 'ciclosporin', 2)) AS prior_ciclosporin,
    'yes' AS synthetic
FROM last_contact;

CREATE VIEW observations AS
SELECT patient_id, (row.day + hour)::DECIMAL(9, 4) AS day, row.analyte AS analyte,
    coalesce(row.word, decimal_text(
        row.lowest + draw(number, row.analyte || '/' || row.day, row.steps), row.decimals)) AS value,
    row.unit AS unit, row.assay AS assay
FROM (SELECT number, patient_id, hour, unnest(course.results) AS row FROM known);

-- What would outlast the patient is cut off at the last contact.
CREATE VIEW events AS
SELECT patient_id, (row.day + hour)::DECIMAL(9, 4) AS day, row.kind AS kind,
    (row.day + row.lasts + hour)::DECIMAL(9, 4) AS end_day, row.term AS term
FROM (SELECT patient_id, hour, unnest(course.events) AS row FROM known);

CREATE VIEW exposures AS
SELECT patient_id, row.drug AS drug, row.start_day::DECIMAL(9, 4) AS start_day,
    least(row.end_day, last_contact_day)::DECIMAL(9, 4) AS end_day, row.drug_class AS drug_class
FROM (SELECT patient_id, last_contact_day, unnest(course.drugs) AS row FROM last_contact);

CREATE VIEW truth AS
SELECT patient_id, course.category AS category, (course.first_day + hour)::DECIMAL(9, 4) AS day,
    (course.confirmed_day + hour)::DECIMAL(9, 4) AS confirmed_day, course.id AS course
FROM known;
