-- What became of each patient after the index event: one row per patient, in the order of their ids.
-- An event before the index event is history; a death is a death whenever it was charted.
WITH turning AS (
    SELECT patient_id,
           min(day) FILTER (kind = 'relapse') AS relapse_day,
           min(day) FILTER (kind = 'chemotherapy') AS chemotherapy_day,
           arg_min(term, day) FILTER (kind = 'chemotherapy') AS chemotherapy,
           min(day) FILTER (kind = 'hsct') AS hsct_day,
           min(day) FILTER (kind = 'death') AS death_day,
           min(cause) FILTER (kind = 'death') AS cause
    FROM event
    WHERE (kind IN ('relapse', 'chemotherapy', 'hsct') AND day >= 0) OR kind = 'death'
    GROUP BY patient_id
)
SELECT patient_id, last_contact_day::DOUBLE, relapse_day::DOUBLE, chemotherapy_day::DOUBLE, chemotherapy,
       hsct_day::DOUBLE, death_day::DOUBLE, nullif(trim(cause), '')
FROM patient LEFT JOIN turning USING (patient_id)
ORDER BY patient_id
