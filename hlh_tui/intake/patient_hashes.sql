-- For each import and patient from $1 to before $2 the two hashes of their rows that content_hash.sql is made of, in
-- the order of patients. $3, $4: sources, and the entry of the import of each; {rows}: all rows, as there, with source.
SELECT entry,
    sha256(array_to_string(list_transform(sorted, lambda each: split_part(each, chr(31), 1)), '')),
    sha256(array_to_string(sorted, chr(30)))
FROM (
    SELECT entry, patient_id, list_sort(list(charted)) AS sorted
    FROM ({rows})
    JOIN (SELECT unnest($3::INTEGER[]) AS source_id, unnest($4::BIGINT[]) AS entry) USING (source_id)
    WHERE patient_id >= $1 AND ($2 IS NULL OR patient_id < $2)
    GROUP BY entry, patient_id
)
ORDER BY patient_id
