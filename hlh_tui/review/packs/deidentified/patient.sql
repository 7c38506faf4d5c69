-- $1, $2: code and patient of each case dealt to the reader; $3: evidence cut-off; $4, $5: ages above become.
-- No site, no row of the imported file; last contact no later than the cut-off.
WITH dealt AS (SELECT unnest($1::VARCHAR[]) AS code, unnest($2::VARCHAR[]) AS patient_id)
SELECT dealt.code AS patient_id, sex, CASE WHEN age_years > $4 THEN $5 ELSE age_years END AS age_years,
       aetiology, disease_status, onset_day, least(last_contact_day, $3::DECIMAL(9, 4)) AS last_contact_day,
       weight_kg, body_surface_m2, attributes
FROM dealt JOIN patient USING (patient_id)
ORDER BY dealt.code
