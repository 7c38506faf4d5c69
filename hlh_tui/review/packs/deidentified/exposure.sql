-- A drug given beyond the cut-off is ongoing at the last contact that the reader sees: its later end would be news.
WITH dealt AS (SELECT unnest($1::VARCHAR[]) AS code, unnest($2::VARCHAR[]) AS patient_id)
SELECT dealt.code AS patient_id, drug, drug_class, start_day,
       CASE WHEN end_day <= $3::DECIMAL(9, 4) THEN end_day END AS end_day, dose, dose_unit, route
FROM dealt JOIN exposure USING (patient_id)
WHERE start_day <= $3::DECIMAL(9, 4)
ORDER BY dealt.code, start_day, exposure.rowid
