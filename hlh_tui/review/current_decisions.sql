SELECT seq, recorded_at, patient_id, reader, reader_name, role, category, day, confidence, reason,
       payload -> '$.evidence', proposal_seen, proposal
FROM in_force
ORDER BY patient_id, role, seq
