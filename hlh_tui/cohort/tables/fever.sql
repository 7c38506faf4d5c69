-- Fever and its end: one row per patient, in the order of their ids; hours since the index event.
-- Parameters: analyte; limit below which there is no fever; day of the first reading that counts as before treatment;
-- last day looked at. A reading is febrile unless it is proven to be below the limit.
WITH reading AS (
    SELECT patient_id, day, value,
           NOT (value < limits.below OR (coalesce(comparator, '') = '<' AND value <= limits.below)) AS febrile
    FROM observation, (SELECT CAST(? AS VARCHAR) AS analyte, CAST(? AS DOUBLE) AS below) AS limits
    WHERE observation.analyte = limits.analyte AND day >= CAST(? AS DOUBLE) AND day <= CAST(? AS DOUBLE)
),
last_fever AS (
    SELECT patient_id, max(day) FILTER (febrile) AS fever_day, max(value) FILTER (day <= 0) AS before,
           bool_or(febrile) FILTER (day <= 0) AS febrile_before,
           max(day) FILTER (day > 0) AS last_day
    FROM reading
    GROUP BY patient_id
),
ended AS (
    SELECT patient_id, min(day) AS day
    FROM reading JOIN last_fever USING (patient_id)
    WHERE day > fever_day AND day > 0
    GROUP BY patient_id
)
SELECT patient_id, before, febrile_before, 24 * fever_day::DOUBLE, 24 * ended.day::DOUBLE, 24 * last_day::DOUBLE
FROM patient LEFT JOIN last_fever USING (patient_id) LEFT JOIN ended USING (patient_id)
ORDER BY patient_id
