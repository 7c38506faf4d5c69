-- ${guard}: consecutive values above a multiple of the baseline, per assay and unit.
${guard}_value AS (
    SELECT patient_id, assay, unit, day,
        max(CASE WHEN comparator IN ('<', '<=') THEN 0 WHEN comparator = '>' THEN value * (1 + 1e-7) ELSE value END) AS low,
        max(CASE WHEN comparator IN ('>', '>=') THEN 'inf'::DOUBLE ELSE value END) AS high
    FROM observation
    WHERE analyte = '${analyte}' AND day >= ${baseline_from} ${of_patient}
    GROUP BY ALL
),
${guard}_series AS (
    SELECT *, last_value(CASE WHEN day <= 0 THEN high END IGNORE NULLS)
        OVER (PARTITION BY patient_id, assay, unit ORDER BY day) AS baseline
    FROM ${guard}_value
),
${guard}_run AS (
    SELECT patient_id, day, lead(day) OVER series AS until_day, row_number() OVER series = 1 AS is_first,
        row_number() OVER series >= ${consecutive} AND bool_and(low > ${factor} * baseline) OVER run AS is_above
    FROM ${guard}_series
    WHERE day > 0 AND baseline IS NOT NULL
    WINDOW series AS (PARTITION BY patient_id, assay, unit ORDER BY day),
        run AS (PARTITION BY patient_id, assay, unit ORDER BY day ROWS BETWEEN ${before} PRECEDING AND CURRENT ROW)
),
