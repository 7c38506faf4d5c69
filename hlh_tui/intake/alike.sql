-- New patients with the id of another one, case and spaces aside: of one in the study, or above them in the file.
SELECT row, patient_id, other
FROM (
    SELECT row, patient_id, first_value(patient_id) OVER (PARTITION BY id_key(patient_id) ORDER BY row) AS other
    FROM (
        SELECT row, patient_id FROM patients WHERE patient_id NOT IN (SELECT patient_id FROM study_patient)
        UNION ALL
        SELECT 0, patient_id FROM study_patient
    )
)
WHERE row > 0 AND patient_id <> other
