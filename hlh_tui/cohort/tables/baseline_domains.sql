-- In how many domains of the criteria each patient has a value at baseline; patients without any are not listed.
-- Parameters: domains, with the analyte of each of their items and the first day of its baseline window.
WITH item AS (
    SELECT unnest(CAST(? AS VARCHAR[])) AS domain, unnest(CAST(? AS VARCHAR[])) AS analyte,
           unnest(CAST(? AS DECIMAL(9, 4)[])) AS first_day
)
SELECT patient_id, count(DISTINCT domain)
FROM observation JOIN item USING (analyte)
WHERE day >= first_day AND day <= 0
GROUP BY patient_id
