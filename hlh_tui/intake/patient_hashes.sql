-- For each import and patient from $1 to before $2 the hash of their row hashes, as content_hash.sql makes it; in the
-- order of patients. $3, $4: sources, and the entry of the import of each.
SELECT entry, sha256(string_agg(row_hash, '' ORDER BY row_hash))
FROM (
    SELECT source_id, patient_id, row_hash FROM patient
    UNION ALL SELECT source_id, patient_id, row_hash FROM observation
    UNION ALL SELECT source_id, patient_id, row_hash FROM exposure
    UNION ALL SELECT source_id, patient_id, row_hash FROM event
    UNION ALL SELECT source_id, patient_id, row_hash FROM note
)
JOIN (SELECT unnest($3::INTEGER[]) AS source_id, unnest($4::BIGINT[]) AS entry) USING (source_id)
WHERE patient_id >= $1 AND ($2 IS NULL OR patient_id < $2)
GROUP BY entry, patient_id
ORDER BY patient_id
