-- Order statistics of each analyte at baseline and at the visits, and of its change from baseline, group by group.
-- $1 analytes; of each: $2 the lowest value that can be, $3 whether its change is relative, $4 whether its values depend
-- on the assay. $5 day, $6 first and $7 last day of baseline and of each visit, $8 lowest possible change in per cent.
-- $9 patients with $10 their place among all and $11 the number of their group (-1: none but everybody); $12 the last place.
-- $13, $14: the place of the quantile p among n values is (n + $13) p + $14.
-- A value with a comparator lies between two bounds: every statistic is made of the lower and of the upper ones.
WITH measured AS (
    SELECT unnest(CAST($1 AS VARCHAR[])) AS analyte, unnest(CAST($2 AS DOUBLE[])) AS least_value,
           unnest(CAST($3 AS BOOLEAN[])) AS relative, unnest(CAST($4 AS BOOLEAN[])) AS assay_bound
),
visit AS (
    SELECT unnest(range(len(CAST($5 AS DOUBLE[])))) AS visit, unnest(CAST($5 AS DECIMAL(9, 4)[])) AS due,
           unnest(CAST($6 AS DECIMAL(9, 4)[])) AS first_day, unnest(CAST($7 AS DECIMAL(9, 4)[])) AS last_day
),
member AS (
    SELECT unnest(CAST($9 AS VARCHAR[])) AS patient_id, unnest(CAST($10 AS INTEGER[])) AS place,
           unnest(CAST($11 AS INTEGER[])) AS stratum
),
-- The value nearest to the day that is due, the earlier of two as near, of several at one instant the first charted:
-- twice the distance in ten-thousandths of a day, one more where it is later, then the line of the table.
nearest AS (
    SELECT visit, min((CAST(20000 * abs(day - due) AS BIGINT) + CAST(day > due AS BIGINT)) * 4294967296 + observation.rowid)
           & 4294967295 AS line
    FROM observation JOIN measured USING (analyte) JOIN visit ON day BETWEEN first_day AND last_day
    GROUP BY patient_id, analyte, visit
),
bounded AS MATERIALIZED (
    SELECT patient_id, analyte, visit, unit, assay, comparator, relative,
           CASE WHEN assay_bound THEN coalesce(assay, '') ELSE '' END AS bound_to,
           CASE WHEN comparator IN ('<', '<=') THEN least_value ELSE value END AS low,
           CASE WHEN comparator IN ('>', '>=') THEN 'inf'::DOUBLE ELSE value END AS high
    FROM nearest JOIN observation ON observation.rowid = line JOIN measured USING (analyte)
),
changed AS (
    SELECT patient_id, analyte, unit, bound_to, later.visit, true AS change,
           coalesce(later.comparator, at_first.comparator) AS comparator,
           CASE WHEN later.relative THEN greatest(CAST($8 AS DOUBLE), 100 * (later.low / at_first.high - 1))
                ELSE later.low - at_first.high END AS low,
           CASE WHEN NOT later.relative THEN later.high - at_first.low
                WHEN at_first.low > 0 THEN 100 * (later.high / at_first.low - 1) ELSE 'inf'::DOUBLE END AS high
    FROM bounded AS later JOIN bounded AS at_first USING (patient_id, analyte, unit, bound_to)
    WHERE later.visit > 0 AND at_first.visit = 0 AND later.assay IS NOT DISTINCT FROM at_first.assay
          AND (NOT later.relative OR (at_first.high > 0 AND at_first.low >= 0))
),
value_or_change AS (
    SELECT patient_id, analyte, unit, bound_to, visit, false AS change, comparator, low, high FROM bounded
    UNION ALL
    SELECT patient_id, analyte, unit, bound_to, visit, change, comparator, low, high FROM changed
),
own AS MATERIALIZED (
    SELECT stratum, analyte, unit, bound_to, visit, change, count(*) AS n, list(low) FILTER (low = high) AS exact,
           list(low) FILTER (low <> high) AS from_low, list(high) FILTER (low <> high) AS to_high,
           bool_or(comparator IN ('<=', '>=')) AS inclusive, bitstring_agg(place, 0, CAST($12 AS INTEGER)) AS who
    FROM value_or_change JOIN member USING (patient_id)
    GROUP BY stratum, analyte, unit, bound_to, visit, change
),
-- Group 0 is everybody, put together from the groups.
every AS (
    SELECT * FROM own WHERE stratum > 0
    UNION ALL
    SELECT 0, analyte, unit, bound_to, visit, change, CAST(sum(n) AS BIGINT), flatten(list(exact) FILTER (exact IS NOT NULL)),
           flatten(list(from_low) FILTER (from_low IS NOT NULL)), flatten(list(to_high) FILTER (to_high IS NOT NULL)),
           bool_or(inclusive), bit_or(who)
    FROM own
    GROUP BY analyte, unit, bound_to, visit, change
),
counted AS (
    SELECT *, list_sort(list_concat(exact, from_low)) AS lows,
           CASE WHEN len(to_high) > 0 THEN list_sort(list_concat(exact, to_high)) END AS highs
    FROM every
),
placed AS (
    SELECT *, list_transform([0.25, 0.5, 0.75], lambda p: CAST(floor(
        greatest(1, least(n, (n + CAST($13 AS DOUBLE)) * p + CAST($14 AS DOUBLE))) + 1e-9) AS BIGINT)) AS below
    FROM counted
),
picked AS (
    SELECT *, flatten([[1, n], below, list_transform(below, lambda b: least(b + 1, n))]) AS places FROM placed
)
SELECT analyte, unit, bound_to, stratum, visit, change, n, coalesce(inclusive, false),
       list_select(lows, places), list_select(coalesce(highs, lows), places), CAST(who AS VARCHAR)
FROM picked
ORDER BY analyte, unit, bound_to, visit, change
