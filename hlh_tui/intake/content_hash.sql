SELECT sha256(string_agg(of_patient, '' ORDER BY patient_id))
FROM (
    SELECT patient_id, sha256(string_agg(row_hash, '' ORDER BY row_hash)) AS of_patient
    FROM read_parquet([{parquets}], union_by_name = true)
    GROUP BY patient_id
)
