-- Rows of a chart table, of the sources $1 and the patients from $2 to before $3, whose stored content does not give
-- the hash they carry: by source how many, of how many patients, and the first of these. A further copy of a row
-- carries the hash of its content and number (fresh.sql).
-- {text}: what the hash is made of; {blank}: whether the row holds an empty text, which it does not tell from NULL.
WITH odd AS MATERIALIZED (
    SELECT source_id, patient_id, row_hash, content, blank
    FROM (
        SELECT source_id, patient_id, row_hash, left(sha256({text}), 32) AS content, {blank} AS blank
        FROM {table}
        WHERE source_id IN (SELECT unnest($1::INTEGER[])) AND patient_id >= $2 AND ($3 IS NULL OR patient_id < $3)
    )
    WHERE row_hash IS DISTINCT FROM content OR blank
), further AS (
    SELECT content, left(sha256(content || '#' || nth), 32) AS row_hash
    FROM (SELECT content, unnest(range(2, count(*) + 2)) AS nth FROM odd GROUP BY content)
), of_patient AS (
    SELECT source_id, patient_id, count(*) AS rows
    FROM odd
    WHERE blank
        OR NOT EXISTS (SELECT 1 FROM further WHERE further.content = odd.content AND further.row_hash = odd.row_hash)
    GROUP BY source_id, patient_id
)
SELECT source_id, sum(rows)::BIGINT, count(*), min(patient_id, 3) FROM of_patient GROUP BY source_id
