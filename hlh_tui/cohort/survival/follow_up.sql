-- How long each patient was followed for an endpoint, counted per group and distinct day.
-- Parameters: those of the grouping (which gives patient_id and stratum); event kinds; kinds that censor.
-- An event before the index event is history and does not count, but a death there is kept, to be refused as an error.
WITH grouping AS ({grouping}),
turning AS (
    SELECT patient_id,
           min(day) FILTER (list_contains(CAST(? AS VARCHAR[]), kind)) AS event_day,
           min(day) FILTER (list_contains(CAST(? AS VARCHAR[]), kind)) AS stop_day
    FROM event
    WHERE day >= 0 OR kind = 'death'
    GROUP BY patient_id
),
-- An event on the day of the censoring event counts as the event.
followed AS (
    SELECT patient.patient_id,
           coalesce(event_day <= coalesce(stop_day, event_day), false) AS happened,
           CAST(coalesce(least(event_day, stop_day), last_contact_day) AS DOUBLE) AS day
    FROM patient LEFT JOIN turning USING (patient_id)
)
SELECT stratum, day, count(*) FILTER (happened) AS events, count(*) FILTER (NOT happened) AS censored,
       list(patient_id ORDER BY patient_id) AS patients,
       list(patient_id ORDER BY patient_id) FILTER (happened) AS with_event
FROM followed JOIN grouping USING (patient_id)
GROUP BY stratum, day
ORDER BY stratum, day
