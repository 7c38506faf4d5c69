-- ${guard}: consecutive values above a multiple of the baseline, per assay and unit; only series that ever are above.
${guard}_value AS MATERIALIZED (
    SELECT patient_id, coalesce(assay, '') AS assay, unit, day,
        max(CASE WHEN comparator IN ('<', '<=') THEN 0 WHEN comparator = '>' THEN value * (1 + 1e-7) ELSE value END) AS low,
        max(CASE WHEN comparator IN ('>', '>=') THEN 'inf'::DOUBLE ELSE value END) AS high
    FROM observation
    WHERE analyte = '${analyte}' AND day >= ${baseline_from} ${of_patient}
    GROUP BY ALL
),
${guard}_series AS MATERIALIZED (
    SELECT patient_id, assay, unit, arg_max(high, day) FILTER (day <= 0) AS baseline,
        min(day) FILTER (day > 0) AS known_day, max(low) FILTER (day > 0) AS peak
    FROM ${guard}_value
    GROUP BY ALL
    HAVING arg_max(high, day) FILTER (day <= 0) IS NOT NULL
),
${guard}_run AS (
    SELECT patient_id, day, lead(day) OVER series AS until_day,
        row_number() OVER series >= ${consecutive} AND bool_and(low > ${factor} * baseline) OVER run AS is_above
    FROM ${guard}_value JOIN ${guard}_series USING (patient_id, assay, unit)
    WHERE day > 0 AND peak > ${factor} * baseline
    WINDOW series AS (PARTITION BY patient_id, assay, unit ORDER BY day),
        run AS (PARTITION BY patient_id, assay, unit ORDER BY day ROWS BETWEEN ${before} PRECEDING AND CURRENT ROW)
),
