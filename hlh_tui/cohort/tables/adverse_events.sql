-- Adverse events on or after the index event; one row per event, in the order of term and patient.
-- Parameters: kinds of event; words that mean related to the study treatment.
SELECT patient_id, coalesce(nullif(trim(term), ''), 'term not given') AS term, grade,
       CASE WHEN relatedness IS NOT NULL THEN list_contains(CAST(? AS VARCHAR[]), lower(trim(relatedness))) END,
       day::DOUBLE, end_day::DOUBLE
FROM event
WHERE list_contains(CAST(? AS VARCHAR[]), kind) AND day >= 0
ORDER BY lower(term), patient_id, day
