-- What reader $3 can take back next in role $4: the newest entry of theirs that counts. Marks belong to the reader.
SELECT seq, recorded_at, action, patient_id, payload
FROM act
WHERE actor = CAST($3 AS VARCHAR) AND NOT retracted
  AND coalesce(payload ->> '$.role', 'reader') = CAST($4 AS VARCHAR)
ORDER BY seq DESC
LIMIT 1
