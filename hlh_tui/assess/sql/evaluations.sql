-- From chart rows to one row per evaluation day. The columns of items and domains are generated from the criteria set:
-- observed.py, items.py, changes.py, days.py and categories.py say what each letter means.
WITH support AS (
    ${supports}
),
-- An open bound lies one part in ten million inside, so that ">0" is above 0.
reading AS (
    SELECT patient_id, day, ${reading},
        CASE WHEN comparator IS NULL OR comparator = '>=' THEN value
            WHEN comparator = '>' THEN value + 1e-7 * greatest(abs(value), 1) ELSE '-inf'::DOUBLE END AS low,
        CASE WHEN comparator IS NULL OR comparator = '<=' THEN value
            WHEN comparator = '<' THEN value - 1e-7 * greatest(abs(value), 1) ELSE 'inf'::DOUBLE END AS high
    FROM observation
    WHERE analyte IN (${analytes}) AND day >= ${earliest} ${latest} ${of_patient}
),
-- Several results of an analyte at one instant: the less favourable counts.
seen AS MATERIALIZED (
    SELECT patient_id, day, CAST(day * 10000 AS BIGINT) + 1000000000 AS moment,
        ${seen}
    FROM reading
    GROUP BY patient_id, day
),
${guards}
-- What lends a value to items at a moment (bits by item), and which guards stand against it.
aside AS (
    SELECT patient_id, day, bit_or(lent) AS lent, bit_or(warned) AS warned
    FROM (
        SELECT seen.patient_id, seen.day, bit AS lent, 0 AS warned
        FROM seen JOIN support ON support.patient_id = seen.patient_id AND start_day <= seen.day AND free_day > seen.day
        ${warnings}
    )
    GROUP BY patient_id, day
),
person AS MATERIALIZED (
    SELECT patient_id, sex, age_years, disease_status, last_contact_day, ${happened}
    FROM patient LEFT JOIN (
        SELECT patient_id, ${happening}
        FROM (
            ${events}
        )
        GROUP BY patient_id
    ) AS happening USING (patient_id)
    WHERE TRUE ${of_patient}
),
told AS MATERIALIZED (
    SELECT patient_id, day, moment, warned,
        ${told}
    FROM seen LEFT JOIN aside USING (patient_id, day) ${told_person}
),
base AS (
    SELECT patient_id,
        ${base}
    FROM told
    WHERE day <= 0
    GROUP BY patient_id
),
began AS (
    SELECT patient_id, sex, age_years, disease_status, last_contact_day, ${happened}, base.patient_id IS NOT NULL AS has_base, ${codes}
        ${began}
    FROM person LEFT JOIN base USING (patient_id)
),
-- bases: the baseline states of the items, two bits each.
start AS MATERIALIZED (
    SELECT *, ${bases} AS bases FROM began
),
${day}
domain_day AS (
    SELECT patient_id, day, ${carried} counts, marks, ${told_state}
        ${domains}
    FROM state
),
ranked AS (
    SELECT patient_id, day, counts, marks, ${told_domains}
        ${ranks}
    FROM domain_day
),
verdict AS MATERIALIZED (
    SELECT patient_id, day, counts, marks, ${told_ranks}
        ${verdict}
    FROM ranked
)
