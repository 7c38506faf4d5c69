SELECT seq, recorded_at, patient_id, reader, reader_name, payload
FROM in_force
ORDER BY patient_id, role, seq
