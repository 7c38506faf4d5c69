-- Every decision ever made, with what became of it; $3, $4: hash of the criteria in force and the options in force.
SELECT decision.seq, decision.patient_id, decision.reader, decision.reader_name, decision.role,
       CASE WHEN decision.retracted THEN 'undone'
            WHEN in_force.seq IS NULL THEN 'superseded'
            ELSE 'in_force' END AS status,
       decision.category, decision.day, decision.confidence, decision.reason,
       decision.payload -> '$.evidence', decision.proposal_seen, decision.proposal,
       decision.payload ->> '$.accepted', decision.payload ->> '$.disagreement',
       CAST(decision.payload ->> '$.seen.seconds' AS DOUBLE), decision.payload -> '$.seen.items',
       decision.payload -> '$.seen.days', decision.payload -> '$.seen.notes', decision.payload -> '$.seen.sources',
       CAST(decision.payload ->> '$.seen.whole_course' AS BOOLEAN),
       decision.payload ->> '$.criteria.id', decision.payload ->> '$.criteria.version',
       decision.payload ->> '$.criteria.hash', decision.payload -> '$.criteria.options',
       decision.criteria_hash <> CAST($3 AS VARCHAR) OR decision.criteria_options <> CAST($4 AS VARCHAR),
       decision.payload ->> '$.pack.id',
       coalesce(decision.payload ->> '$.pack.recorded_at', decision.recorded_at), decision.recorded_at, log.hash
FROM decision
JOIN log ON log.seq = decision.seq
LEFT JOIN in_force ON in_force.seq = decision.seq
ORDER BY decision.seq
