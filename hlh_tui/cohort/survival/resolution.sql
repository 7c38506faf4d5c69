-- When a measured finding has gone, one row a patient who has been measured; see Resolution in protocol/models.py.
-- $analyte, $baseline_days, $below, $stays_days stand as parameters in this order:
WITH asked AS (
    SELECT CAST(? AS VARCHAR) AS wanted, CAST(? AS DECIMAL(9, 4)) AS baseline_days, CAST(? AS DOUBLE) AS below,
           CAST(? AS DECIMAL(9, 4)) AS stays_days
),
reading AS (
    SELECT patient_id, day, value, baseline_days, below, stays_days
    FROM observation, asked
    WHERE analyte = wanted AND day >= -baseline_days
),
ahead AS (
    SELECT patient_id, day, below, stays_days,
           max(value) OVER coming AS highest, max(day) OVER coming AS last_day
    FROM reading
    WHERE day > 0
    WINDOW coming AS (PARTITION BY patient_id ORDER BY day RANGE BETWEEN CURRENT ROW AND stays_days FOLLOWING)
),
later AS (
    SELECT patient_id, max(day) + any_value(stays_days) AS until,
           min(day) FILTER (highest < below AND last_day > day) AS resolved
    FROM ahead
    GROUP BY patient_id
),
baseline AS (
    SELECT patient_id, max(value) AS highest, any_value(below) AS below
    FROM reading
    WHERE day <= 0
    GROUP BY patient_id
)
SELECT patient.patient_id, until, resolved,
       CASE WHEN highest IS NULL THEN 'no baseline value'
            WHEN highest < below THEN 'no finding'
            WHEN until IS NULL THEN 'no later value' END AS why
FROM patient
LEFT JOIN baseline ON baseline.patient_id = patient.patient_id
LEFT JOIN later ON later.patient_id = patient.patient_id
