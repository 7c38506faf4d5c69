-- Doses and exposure to the study drugs, in days: one row per patient, in the order of their ids.
-- Parameters: days that one dose of the index drug counts; the drugs that are it; kinds of event that end exposure to it;
-- the drugs that are its partner; days between two courses of the partner that are still one.
WITH dose AS (
    SELECT exposure.patient_id, start_day,
           greatest(start_day + CAST(? AS DECIMAL(9, 4)), coalesce(end_day, start_day)) AS reach,
           concat_ws(' ', format('{:g}', dose), dose_unit) AS amount, dose / nullif(weight_kg, 0) AS per_kg, dose_unit
    FROM exposure JOIN patient USING (patient_id)
    WHERE list_contains(CAST(? AS VARCHAR[]), drug) AND start_day >= 0
),
given AS (
    SELECT patient_id, count(*) AS doses, min(start_day) AS first_day, max(reach) AS reach,
           list(amount ORDER BY start_day) FILTER (amount <> '') AS amounts,
           list(per_kg ORDER BY start_day) FILTER (per_kg IS NOT NULL AND dose_unit = 'mg') AS per_kg
    FROM dose
    GROUP BY patient_id
),
ending AS (
    SELECT patient_id, min(day) AS end_day FROM event
    WHERE list_contains(CAST(? AS VARCHAR[]), kind) AND day > 0
    GROUP BY patient_id
),
index_drug AS (
    SELECT patient_id, doses, amounts, per_kg, first_day,
           greatest(first_day, least(reach, coalesce(ending.end_day, reach), last_contact_day)) AS last_day
    FROM given JOIN patient USING (patient_id) LEFT JOIN ending USING (patient_id)
),
taken AS (
    SELECT exposure.patient_id, start_day,
           greatest(start_day, least(coalesce(end_day, last_contact_day), last_contact_day)) AS end_day,
           concat_ws(' ', format('{:g}', dose), dose_unit) AS amount,
           CASE WHEN dose_unit = 'mg/d' THEN dose / nullif(body_surface_m2, 0) END AS per_m2
    FROM exposure JOIN patient USING (patient_id)
    WHERE list_contains(CAST(? AS VARCHAR[]), drug)
),
apart AS (
    SELECT *, coalesce(start_day > max(end_day) OVER earlier + CAST(? AS DECIMAL(9, 4)), true) AS begins
    FROM taken
    WINDOW earlier AS (PARTITION BY patient_id ORDER BY start_day, end_day
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
numbered AS (
    SELECT *, sum(begins::INTEGER) OVER (PARTITION BY patient_id ORDER BY start_day, end_day ROWS UNBOUNDED PRECEDING)
           AS number
    FROM apart
),
course AS (
    SELECT patient_id, min(start_day) AS start_day, max(end_day) AS end_day,
           list(amount ORDER BY start_day) FILTER (amount <> '') AS amounts,
           list(per_m2 ORDER BY start_day) FILTER (per_m2 IS NOT NULL) AS per_m2
    FROM numbered
    GROUP BY patient_id, number
    HAVING max(end_day) > 0 OR min(start_day) >= 0
),
partner AS (
    SELECT patient_id, min(course.start_day) AS start_day, sum(end_day - course.start_day) AS days,
           sum(greatest(0, least(end_day, last_day) - greatest(course.start_day, first_day))) AS together,
           flatten(list(course.amounts ORDER BY course.start_day) FILTER (course.amounts IS NOT NULL)) AS amounts,
           flatten(list(course.per_m2 ORDER BY course.start_day) FILTER (course.per_m2 IS NOT NULL)) AS per_m2
    FROM course LEFT JOIN index_drug USING (patient_id)
    GROUP BY patient_id
)
SELECT patient_id, coalesce(doses, 0), index_drug.amounts, per_kg, first_day::DOUBLE, last_day::DOUBLE,
       partner.start_day::DOUBLE, days::DOUBLE, together::DOUBLE, partner.amounts, per_m2
FROM patient LEFT JOIN index_drug USING (patient_id) LEFT JOIN partner USING (patient_id)
ORDER BY patient_id
