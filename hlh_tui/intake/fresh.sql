-- The rows whose hash the study does not hold. The second and further copies of a row within a file get a hash of
-- their own, so that importing the file again recognises each of them.
WITH copies AS (
    SELECT row, row_number() OVER (PARTITION BY content ORDER BY row) AS nth
    FROM {table}
    WHERE content IN (SELECT content FROM {table} GROUP BY content HAVING count(*) > 1)
), hashed AS (
    SELECT t.*, CASE WHEN c.nth > 1 THEN fingerprint(t.content || '#' || c.nth) ELSE t.content END AS row_hash
    FROM {table} AS t LEFT JOIN copies AS c ON c.row = t.row
)
SELECT {columns}, {source_id} AS source_id, row AS source_row, row_hash
FROM hashed
WHERE row_hash NOT IN (SELECT row_hash FROM read_parquet({held}) WHERE row_hash IS NOT NULL)
