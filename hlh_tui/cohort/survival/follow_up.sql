-- How long each patient was followed for an endpoint, and how that ended.
-- Parameters: those of the grouping (patient_id, stratum), of the clock (patient_id, start, until, why) and of what is
-- reached (patient_id, day, kind); then the kinds that end the follow-up and the cause of each
-- (1 the event, 2 and more what competes, 0 censoring), in the order in which they count on one and the same day.
WITH grouping AS ({grouping}),
clock AS ({clock}),
-- What lies before the clock starts is history and does not count, but a death there is kept, to be seen as an error.
happening AS ({happening}),
turning AS (
    SELECT patient_id, min({'day': CAST(day AS DECIMAL(9, 4)), 'place': list_position(CAST(? AS VARCHAR[]), kind)}) AS first
    FROM happening
    WHERE list_contains(CAST(? AS VARCHAR[]), kind)
    GROUP BY patient_id
),
ending AS (
    SELECT patient.patient_id, start, why, first.place AS place,
           CASE WHEN until IS NULL THEN coalesce(first.day, last_contact_day)
                ELSE least(first.day, until, last_contact_day) END AS last,
           first.day AS turned
    FROM patient
    JOIN clock ON clock.patient_id = patient.patient_id
    LEFT JOIN turning ON turning.patient_id = patient.patient_id
),
followed AS (
    SELECT ending.patient_id, stratum, CAST(last - start AS DOUBLE) AS day,
           CASE WHEN turned = last THEN CAST(? AS INTEGER[])[place] ELSE 0 END AS cause,
           why
    FROM ending JOIN grouping ON grouping.patient_id = ending.patient_id
)
