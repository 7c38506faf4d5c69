-- The baseline is itself what is judged.
state AS (
    SELECT patient_id, 0::DECIMAL(9, 4) AS day, bases, ${carried} TRUE AS counts, 0 AS marks,
        ${state}
    FROM start
    WHERE has_base
),
