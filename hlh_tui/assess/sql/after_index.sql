-- Every moment after the first dose, and what is in force then.
judged AS (
    SELECT patient_id, day, moment, bases, ${carried}
        ${until} AND (ended IS NULL OR day < ended.day) AS counts, ${marks} AS marks,
        ${judged}
    FROM told JOIN start USING (patient_id)
    WHERE day > 0
),
force AS (
    SELECT patient_id, day, moment, bases, ${carried} counts, marks,
        ${force}
    FROM judged
    WINDOW past AS (PARTITION BY patient_id ORDER BY moment)
),
state AS (
    SELECT patient_id, day, bases, ${carried} counts, ${fresh} AS marks,
        ${state}
    FROM force
),
