-- How each settled case was settled: the third read or consensus that its final category rests on.
SELECT settled.patient_id, settled.seq, in_force.reader, in_force.reader_name, in_force.recorded_at,
       in_force.payload ->> '$.accepted', in_force.payload ->> '$.disagreement'
FROM settled
JOIN in_force ON in_force.seq = settled.seq
ORDER BY settled.patient_id
