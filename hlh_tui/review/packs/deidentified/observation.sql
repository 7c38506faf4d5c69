WITH dealt AS (SELECT unnest($1::VARCHAR[]) AS code, unnest($2::VARCHAR[]) AS patient_id)
SELECT dealt.code AS patient_id, day, analyte, value, comparator, unit, raw_value, raw_unit, lower, upper,
       assay, specimen, method
FROM dealt JOIN observation USING (patient_id)
WHERE day <= $3::DECIMAL(9, 4)
ORDER BY dealt.code, day, observation.rowid
