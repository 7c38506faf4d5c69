-- Rows of the charts from the sources $1, counted by patient, source and table; $2: last day that counts, NULL for all.
SELECT patient_id, source_id, what, count(*) AS rows, CAST(min(day) AS DOUBLE), CAST(max(day) AS DOUBLE)
FROM (
    SELECT patient_id, source_id, 'observation' AS what, day FROM observation
    UNION ALL
    SELECT patient_id, source_id, 'drug' AS what, start_day AS day FROM exposure
    UNION ALL
    SELECT patient_id, source_id, 'event' AS what, day FROM event
    UNION ALL
    SELECT patient_id, source_id, 'note' AS what, day FROM note
)
WHERE source_id IN (SELECT unnest(CAST($1 AS INTEGER[])))
  AND (CAST($2 AS DOUBLE) IS NULL OR floor(day) <= CAST($2 AS DOUBLE))
GROUP BY patient_id, source_id, what
ORDER BY patient_id, source_id, what
