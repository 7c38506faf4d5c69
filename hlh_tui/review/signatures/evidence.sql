-- The rows of a case that count as its evidence up to a day, the columns that also leave for a pack, in their order.
-- table patient
SELECT patient_id, sex, age_years, aetiology, disease_status, onset_day,
       CASE WHEN $2::DOUBLE IS NULL THEN last_contact_day ELSE least(last_contact_day, $2::DECIMAL(9, 4)) END,
       weight_kg, body_surface_m2, attributes
FROM patient WHERE patient_id IN (SELECT unnest($1::VARCHAR[]))
-- table observation
SELECT patient_id, day, analyte, value, comparator, unit, raw_value, raw_unit, lower, upper, assay, specimen, method
FROM observation
WHERE patient_id IN (SELECT unnest($1::VARCHAR[])) AND ($2::DOUBLE IS NULL OR day <= $2::DECIMAL(9, 4))
-- table exposure
SELECT patient_id, drug, drug_class, start_day,
       CASE WHEN $2::DOUBLE IS NULL OR end_day <= $2::DECIMAL(9, 4) THEN end_day END, dose, dose_unit, route
FROM exposure
WHERE patient_id IN (SELECT unnest($1::VARCHAR[])) AND ($2::DOUBLE IS NULL OR start_day <= $2::DECIMAL(9, 4))
-- table event
SELECT patient_id, day,
       CASE WHEN end_day IS NOT NULL THEN least(end_day, coalesce($2::DECIMAL(9, 4), end_day)) END,
       kind, term, grade, relatedness, cause
FROM event
WHERE patient_id IN (SELECT unnest($1::VARCHAR[])) AND ($2::DOUBLE IS NULL OR day <= $2::DECIMAL(9, 4))
-- table note
SELECT patient_id, day, kind, text
FROM note
WHERE patient_id IN (SELECT unnest($1::VARCHAR[])) AND ($2::DOUBLE IS NULL OR day <= $2::DECIMAL(9, 4))
