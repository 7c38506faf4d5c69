-- Values above one of the same panel that they are a part of (neutrophils above leukocytes): same patient, instant,
-- unit and specimen. A comparator counts only where it proves the contradiction.
SELECT a.row, a.value AS measured, a.analyte, p.not_above, max(b.value) AS most, min(b.row) AS other
FROM observations AS a
JOIN panel_limit AS p ON p.analyte = a.analyte
JOIN observations AS b ON b.analyte = p.not_above AND b.patient_id = a.patient_id AND b.day = a.day AND b.unit = a.unit
    AND lower(coalesce(b.specimen, '')) = lower(coalesce(a.specimen, ''))
WHERE a.value IS NOT NULL AND b.value IS NOT NULL AND coalesce(a.comparator, '>') IN ('>', '>=')
GROUP BY ALL
HAVING a.value > max(CASE WHEN b.comparator IN ('>', '>=') THEN 'inf'::DOUBLE ELSE b.value END)
