WITH dealt AS (SELECT unnest($1::VARCHAR[]) AS code, unnest($2::VARCHAR[]) AS patient_id)
SELECT dealt.code AS patient_id, day, CASE WHEN end_day IS NOT NULL THEN least(end_day, $3::DECIMAL(9, 4)) END AS end_day, kind, term, grade, relatedness,
       cause
FROM dealt JOIN event USING (patient_id)
WHERE day <= $3::DECIMAL(9, 4)
ORDER BY dealt.code, day, event.rowid
