-- Rows of a chart table whose source is none of the given ones, nor, where $2 says so, missing: how many, of how many
-- patients, and the first of these.
SELECT sum(rows)::BIGINT, count(*), min(patient_id, 3)
FROM (
    SELECT patient_id, count(*) AS rows
    FROM {table}
    WHERE CASE WHEN source_id IS NULL THEN NOT $2 ELSE source_id NOT IN (SELECT unnest($1::INTEGER[])) END
    GROUP BY patient_id
)
HAVING count(*) > 0
