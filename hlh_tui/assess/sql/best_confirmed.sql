-- A run of a rank is an unbroken row of counting evaluations none of which is worse (not evaluable ones are left out);
-- it is confirmed by an evaluation far enough from its first.
counting AS (
    SELECT patient_id, day, rank, lead(day) OVER (PARTITION BY patient_id ORDER BY day) AS next_day
    FROM verdict
    WHERE counts AND rank IS NOT NULL
),
run AS (
    SELECT patient_id, day, rank, ${since}
    FROM counting
    WINDOW so_far AS (PARTITION BY patient_id ORDER BY day)
),
reached AS (
    SELECT patient_id, ${reached}
    FROM run
    GROUP BY patient_id
),
best AS (
    SELECT patient_id, ${best} FROM reached
)
