-- Index event and last contact of every patient that a row may name: the file's first, then the study's own.
-- The study keeps no offset of its index events (kept_index), so dates with one need the patients in the same folder.
CREATE TABLE patient_day AS
SELECT patient_id, index_at, index_date, index_dated, index_zoned, last_contact_day AS last_contact
FROM patients
WHERE patient_id IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY row) = 1
UNION ALL
SELECT patient_id, index_moment(index_at), index_at::DATE, index_at = midnight(index_at), false, last_contact_day
FROM study_patient
WHERE patient_id NOT IN (SELECT patient_id FROM patients WHERE patient_id IS NOT NULL);
