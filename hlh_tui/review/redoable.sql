-- What reader $3 can put back next in role $4: what they took back last, unless they have done something new since.
, mine AS (
    SELECT *
    FROM act
    WHERE actor = CAST($3 AS VARCHAR)
      AND coalesce(payload ->> '$.role', 'reader') = CAST($4 AS VARCHAR)
)
SELECT seq, recorded_at, action, patient_id, payload
FROM mine
WHERE retracted AND reversed_at > (SELECT max(seq) FROM mine)
ORDER BY reversed_at DESC
LIMIT 1
