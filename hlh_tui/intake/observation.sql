-- Observations with their meaning. given: the number as charted or of the word; value: in the unit it is stored in.
-- A comparator counts for numbers alone; a finding or scale with one is no result.
SELECT * EXCLUDE (charted, comparator),
    CASE WHEN given IS NOT NULL THEN comparator END AS comparator,
    converted(given, plus, times, divide) AS value,
    converted(raw_lower, plus, times, divide) AS lower,
    converted(raw_upper, plus, times, divide) AS upper
FROM (
    SELECT t.* EXCLUDE (analyte, unit, lower, upper), t.lower AS raw_lower, t.upper AS raw_upper,
        x.* EXCLUDE (name, text, rows),
        CASE regexp_extract(r_value, '^(<=|>=|=<|=>|≤|≥|<|>)')
            WHEN '<' THEN '<' WHEN '>' THEN '>' WHEN '<=' THEN '<=' WHEN '=<' THEN '<=' WHEN '≤' THEN '<='
            WHEN '>=' THEN '>=' WHEN '=>' THEN '>=' WHEN '≥' THEN '>=' END AS comparator,
        number(trim(regexp_replace({text}, '^(<=|>=|=<|=>|≤|≥|<|>)', ''))) AS charted,
        CASE WHEN l.value IS NOT NULL THEN l.value
             WHEN x.kind = 'number' THEN charted
             WHEN x.kind = 'scale' AND comparator IS NULL THEN charted END AS given
    FROM ({typed}) AS t
    LEFT JOIN resolved AS x ON x.name = t.r_analyte AND x.text = coalesce(t.r_unit, '')
    LEFT JOIN level AS l ON l.analyte = x.analyte AND l.word = lower(t.r_value)
    WHERE NOT coalesce(x.ignored, false)
)
