WITH dealt AS (SELECT unnest($1::VARCHAR[]) AS code, unnest($2::VARCHAR[]) AS patient_id)
SELECT dealt.code AS patient_id, day, kind, text
FROM dealt JOIN note USING (patient_id)
WHERE day <= $3::DECIMAL(9, 4)
ORDER BY dealt.code, day, note.rowid
