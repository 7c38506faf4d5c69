-- What was given or done during exposure to the index drug, beside the study drugs: patient, kind, name, class.
-- Parameters: patients and the first and last day of their exposure; the study drugs; kinds of event.
WITH during AS (
    SELECT unnest(CAST(? AS VARCHAR[])) AS patient_id, unnest(CAST(? AS DOUBLE[])) AS first_day,
           unnest(CAST(? AS DOUBLE[])) AS last_day
)
SELECT DISTINCT patient_id, 'exposure' AS kind, drug AS name, coalesce(drug_class, '') AS drug_class
FROM exposure JOIN during USING (patient_id) JOIN patient USING (patient_id)
WHERE start_day < last_day AND coalesce(end_day, last_contact_day) > first_day
      AND NOT list_contains(CAST(? AS VARCHAR[]), drug)
UNION ALL
SELECT DISTINCT patient_id, 'event', term, ''
FROM event JOIN during USING (patient_id)
WHERE list_contains(CAST(? AS VARCHAR[]), kind) AND term IS NOT NULL
      AND day < last_day AND coalesce(end_day, day) >= first_day
ORDER BY patient_id, name
