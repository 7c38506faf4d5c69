-- Two hashes of the rows of an import, see rows.content_hashes. {rows}: patient_id and charted of each, see
-- typed.charted_text; the row hash is the first part of charted, so both are in one order.
SELECT sha256(string_agg(of_hashes, '' ORDER BY patient_id)), sha256(string_agg(of_charted, '' ORDER BY patient_id))
FROM (
    SELECT patient_id,
        sha256(array_to_string(list_transform(sorted, lambda each: split_part(each, chr(31), 1)), '')) AS of_hashes,
        sha256(array_to_string(sorted, chr(30))) AS of_charted
    FROM (SELECT patient_id, list_sort(list(charted)) AS sorted FROM ({rows}) GROUP BY patient_id)
)
