-- The Cases screen of reader $3 in role $4; $5: whether the protocol lets the proposal be shown;
-- $6, $7: hash of the criteria in force and the options in force, as the log writes them;
-- $8: whether the reader may see what others decided; $9: whether the proposal is open to everybody;
-- $10: the last day of the charts that the reader may see, or NULL for all; $11: whether all queries may be seen.
SELECT patient.patient_id, patient.sex, patient.age_years, patient.aetiology, patient.disease_status,
       CAST(least(patient.last_contact_day, CAST($10 AS DOUBLE)) AS DOUBLE) AS last_contact_day,
       mine.category AS mine, mine.confidence,
       (coalesce(shown.shown, false) AND CAST($5 AS BOOLEAN)) OR CAST($9 AS BOOLEAN) AS revealed,
       flag.seq IS NOT NULL AS flagged, flag.note AS flag_note,
       coalesce(asked.queries, 0) AS open_queries,
       CASE WHEN CAST($8 AS BOOLEAN) THEN final.readers ELSE CAST(mine.seq IS NOT NULL AS INTEGER) END AS readers,
       CASE WHEN CAST($8 AS BOOLEAN) THEN final.category END AS final,
       CASE WHEN CAST($8 AS BOOLEAN) THEN final.source ELSE 'closed' END AS source,
       coalesce(mine.criteria_hash <> CAST($6 AS VARCHAR)
                OR mine.criteria_options <> CAST($7 AS VARCHAR), false) AS stale
FROM patient
JOIN final ON final.patient_id = patient.patient_id
LEFT JOIN in_force AS mine
    ON mine.patient_id = patient.patient_id AND mine.role = CAST($4 AS VARCHAR)
    AND (mine.role IN ('consensus', 'adjudicator') OR mine.reader = CAST($3 AS VARCHAR))
-- Seen once, seen for good: a decision that was undone still reveals.
LEFT JOIN (
    SELECT DISTINCT patient_id, true AS shown FROM decision WHERE reader = CAST($3 AS VARCHAR) AND reveals
) AS shown ON shown.patient_id = patient.patient_id
LEFT JOIN flag ON flag.patient_id = patient.patient_id AND flag.reader = CAST($3 AS VARCHAR)
LEFT JOIN (
    SELECT patient_id, count(*) AS queries
    FROM query
    WHERE CAST($11 AS BOOLEAN) OR reader = CAST($3 AS VARCHAR)
    GROUP BY patient_id
) AS asked
    ON asked.patient_id = patient.patient_id
ORDER BY patient.patient_id
