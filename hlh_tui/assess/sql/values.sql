-- patient, item, place, day, value, comparator, unit, as charted, the laboratory's limits, assay, source, support.
WITH support AS (
    ${supports}
),
wanted(item, place, analyte, turn, bit, unused) AS (VALUES ${sources}),
charted AS (
    SELECT observation.*, item, place, bit
    FROM observation JOIN wanted USING (analyte)
    WHERE day >= ${earliest} ${of_patient} AND ${used}
    QUALIFY row_number() OVER (PARTITION BY patient_id, item, place, day ORDER BY turn * CASE
        WHEN comparator IN ('>', '>=') AND turn > 0 THEN 'inf'::DOUBLE
        WHEN comparator IN ('<', '<=') AND turn < 0 THEN '-inf'::DOUBLE ELSE value END DESC,
        turn * value DESC, comparator NULLS FIRST, source_id, source_row, raw_value, raw_unit, assay, unit, upper, lower
    ) = 1
),
lent AS (
    SELECT charted.patient_id, item, day, max({free: free_day, start: start_day, until: end_day}) AS span
    FROM charted JOIN support ON support.patient_id = charted.patient_id AND support.bit = charted.bit
        AND start_day <= day AND free_day > day
    GROUP BY charted.patient_id, item, day
)
SELECT patient_id, item, place, day::DOUBLE, value, comparator, unit, raw_value, raw_unit, lower, upper, assay,
    source.file, source_row, span.start::DOUBLE, span.until::DOUBLE, span IS NOT NULL
FROM charted LEFT JOIN lent USING (patient_id, item, day) LEFT JOIN source USING (source_id)
ORDER BY patient_id
