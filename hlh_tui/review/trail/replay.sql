-- The marks on cases as of an earlier entry; follows decisions.sql and state.sql.
SELECT 'flag' AS kind, seq, recorded_at, patient_id, reader, reader_name, coalesce(note, '') AS words FROM flag
UNION ALL
SELECT 'query', seq, recorded_at, patient_id, reader, reader_name, coalesce(payload ->> '$.question', '') FROM query
ORDER BY patient_id, seq
