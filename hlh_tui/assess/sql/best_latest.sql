-- The last evaluation that counts.
best AS (
    SELECT patient_id, arg_max(rank, day) AS rank, max(day) AS day, max(day) AS confirmed,
        NULL::INTEGER AS seen_rank, NULL::DECIMAL(9, 4) AS seen_day
    FROM verdict
    WHERE counts AND rank IS NOT NULL
    GROUP BY patient_id
)
