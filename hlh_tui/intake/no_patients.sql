-- Stands in for the patients of a folder that has none: all of them are in the study already.
CREATE VIEW patients AS
SELECT 0 AS row, patient_id, last_contact_day, index_at, NULL::DATE AS index_date, false AS index_dated,
    false AS index_zoned, row_hash AS content
FROM study_patient WHERE false;
