-- Follows decisions.sql: every first or repeated read of a case, taken back or not, in the order in which it was made.
-- A read that came in a pack has its own time, not that of the merge.
SELECT decision.seq,
       coalesce(decision.payload ->> '$.pack.recorded_at', decision.recorded_at) AS decided_at,
       decision.patient_id, decision.reader, decision.reader_name, decision.role, decision.category,
       decision.reveals, decision.proposal_seen, decision.proposal,
       TRY_CAST(decision.payload ->> '$.seen.seconds' AS DOUBLE) AS seconds,
       coalesce(decision.payload ->> '$.session', '') AS session,
       list_distinct(coalesce(json_extract_string(decision.payload, '$.evidence[*].name'), [])) AS cited,
       decision.retracted, in_force.seq IS NOT NULL AS in_force
FROM decision
SEMI JOIN patient ON patient.patient_id = decision.patient_id
LEFT JOIN in_force USING (seq)
WHERE decision.role IN ('reader', 'repeat')
ORDER BY decided_at, decision.seq
