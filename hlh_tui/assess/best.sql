-- A run of a rank is an unbroken row of counting evaluations none of which is worse (not evaluable ones are left out);
-- it is confirmed by an evaluation far enough from its first.
counting AS (
    SELECT patient_id, day, rank, lead(day) OVER (PARTITION BY patient_id ORDER BY day) AS next_day
    FROM verdict
    WHERE counts AND rank IS NOT NULL
),
run AS (
    SELECT patient_id, wanted, rank, day,
        coalesce(last_value(CASE WHEN rank < wanted THEN next_day END IGNORE NULLS) OVER so_far,
            first_value(day) OVER so_far) AS since
    FROM counting CROSS JOIN (VALUES ${ranks}) AS category(wanted)
    WINDOW so_far AS (PARTITION BY patient_id, wanted ORDER BY day)
),
reached AS (
    SELECT patient_id, wanted,
        min(since) FILTER (WHERE rank >= wanted AND day - since >= ${confirm_days}) AS first_day,
        min(day) FILTER (WHERE rank >= wanted AND day - since >= ${confirm_days}) AS confirmed_day,
        min(day) FILTER (WHERE rank = wanted) AS seen_day
    FROM run
    GROUP BY patient_id, wanted
),
best AS (
    SELECT patient_id,
        max({rank: wanted, day: first_day, confirmed: confirmed_day}) FILTER (WHERE first_day IS NOT NULL) AS best,
        max({rank: wanted, day: seen_day}) FILTER (WHERE seen_day IS NOT NULL) AS seen
    FROM reached
    GROUP BY patient_id
)
