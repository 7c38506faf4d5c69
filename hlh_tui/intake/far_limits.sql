-- Reference limits of a laboratory that are many times above or below the default ones, probably in another unit than
-- the value: by analyte how many rows, the first of them and the default ones, all in the canonical unit.
SELECT analyte, any_value(unit_shown), count(*), arg_min(limits, row), any_value(usual)
FROM (
    SELECT row, analyte, unit_shown, spelt(lower, upper) AS limits, spelt(usual_low, usual_high) AS usual
    FROM observations
    WHERE {far}
)
GROUP BY analyte
ORDER BY analyte
