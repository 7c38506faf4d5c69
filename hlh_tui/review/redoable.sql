-- What reader $3 can put back next: what they took back last, unless they have done something new since.
SELECT seq, recorded_at, action, patient_id, payload
FROM act
WHERE actor = CAST($3 AS VARCHAR) AND retracted
  AND reversed_at > (SELECT max(seq) FROM act WHERE actor = CAST($3 AS VARCHAR))
ORDER BY reversed_at DESC
LIMIT 1
