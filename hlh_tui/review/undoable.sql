-- What reader $3 can take back next: the newest entry of theirs that counts.
SELECT seq, recorded_at, action, patient_id, payload
FROM act
WHERE actor = CAST($3 AS VARCHAR) AND NOT retracted
ORDER BY seq DESC
LIMIT 1
