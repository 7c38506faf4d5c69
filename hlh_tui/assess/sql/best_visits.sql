-- The best of the evaluations that stand for the visits: the nearest whole day, the last evaluation of that day.
counting AS (
    SELECT patient_id, day, rank
    FROM verdict JOIN (VALUES ${visits}) AS visit(visit_day, within) ON abs(floor(day) - visit_day) <= within
    WHERE counts AND rank IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY patient_id, visit_day ORDER BY abs(floor(day) - visit_day), ${tie} floor(day), day DESC
    ) = 1
),
best AS (
    SELECT patient_id, max(rank) AS rank, arg_max(day, {rank: rank, day: -day}) AS day,
        arg_max(day, {rank: rank, day: -day}) AS confirmed, NULL::INTEGER AS seen_rank, NULL::DECIMAL(9, 4) AS seen_day
    FROM counting
    GROUP BY patient_id
)
