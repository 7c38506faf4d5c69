-- Everybody's study drugs, then events, as (patient, what, name, start, end, words). Parameters: drugs, event kinds.
SELECT patient_id, 'drug' AS what, drug AS name, start_day::DOUBLE AS start, end_day::DOUBLE AS stop, '' AS words
FROM exposure
WHERE list_contains(CAST(? AS VARCHAR[]), drug)
UNION ALL
SELECT patient_id, 'event', kind, day::DOUBLE, end_day::DOUBLE, coalesce(cause, term, '')
FROM event
WHERE list_contains(CAST(? AS VARCHAR[]), kind) AND day >= 0
ORDER BY patient_id, start, what, name
