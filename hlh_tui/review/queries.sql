-- Follows decisions.sql: every step of every data query that counts, in order.
SELECT seq, recorded_at, patient_id, actor, actor_name, action, payload
FROM act
WHERE action IN ('query_raised', 'query_answered', 'query_closed', 'query_reopened') AND NOT retracted
ORDER BY seq
