-- From chart rows to one row per evaluation day. The rules are rows too: compile.py fills them in from the criteria set.
-- States, for limits and for improvement alike: 2 yes, 1 unknown, 0 no, so that AND is min and OR is max (Kleene).
-- x is the value turned so that less is better, with bounds x_lo and x_hi where a comparator leaves it open.
WITH item(item, domain, every, each, sign, cut, hold, reach, baseline_from, worst, never) AS (VALUES
    ${items}
),
source(analyte, item, place, sign, above) AS (VALUES
    ${sources}
),
support AS (
    ${supports}
),
-- An open bound lies one part in ten million inside, so that ">0" is above 0.
reading AS (
    SELECT patient_id, day, item, place, sign, above, sign * value AS x,
        sign * CASE comparator
            WHEN '<' THEN '-inf'::DOUBLE WHEN '<=' THEN '-inf'::DOUBLE
            WHEN '>' THEN value + 1e-7 * greatest(abs(value), 1) ELSE value END AS low,
        sign * CASE comparator
            WHEN '>' THEN 'inf'::DOUBLE WHEN '>=' THEN 'inf'::DOUBLE
            WHEN '<' THEN value - 1e-7 * greatest(abs(value), 1) ELSE value END AS high
    FROM observation JOIN source USING (analyte)
    WHERE day >= ${earliest} ${of_patient}
),
-- Several results of an analyte at one instant: the less favourable counts. Of several supports the last to end.
value AS (
    SELECT reading.patient_id, reading.item, place, day, above,
        max(x) AS x, max(least(low, high)) AS x_lo, max(greatest(low, high)) AS x_hi,
        max({free: free_day, start: start_day, until: end_day}) FILTER (WHERE free_day IS NOT NULL) AS support
    FROM reading LEFT JOIN support ON support.patient_id = reading.patient_id AND support.item = reading.item
        AND start_day <= day AND free_day > day
    GROUP BY ALL
),
-- Whether each value meets its limit; m_lo and m_hi bound what its change is measured on.
judged AS (
    SELECT patient_id, item, place, day, x, x_lo, x_hi,
        support, CASE WHEN support IS NOT NULL THEN 0 WHEN x_hi < cut THEN 2 WHEN x_lo >= cut THEN 0 ELSE 1 END AS state,
        CASE WHEN sign * x_lo < above THEN 0 ELSE sign * x_lo - above END AS m_lo,
        CASE WHEN sign * x_hi < above THEN 0 ELSE sign * x_hi - above END AS m_hi,
        sign, hold, reach, baseline_from, worst, never
    FROM value JOIN item USING (item)
),
base AS (
    SELECT patient_id, item, max({
        key: CASE WHEN worst THEN -state ELSE day END, tie: CASE WHEN worst THEN x_hi ELSE state END,
        place: place, day: day, x: x, x_lo: x_lo, x_hi: x_hi, m_lo: m_lo, m_hi: m_hi, state: state, support: support
    }) AS base
    FROM judged
    WHERE day BETWEEN baseline_from AND 0
    GROUP BY patient_id, item
),
-- Each value after the first dose against the baseline, and until when it is in force: up to the next value or
-- the end of its look-back; where the worst of the look-back counts, to the end of it in any case.
compared AS (
    SELECT judged.patient_id, judged.item, judged.day, judged.state, judged.support, judged.place, x, x_lo, x_hi, never,
        coalesce(base.state, 1) AS base_state,
        sign * 100 * (1 - CASE WHEN judged.m_hi = base.m_lo THEN 1 ELSE judged.m_hi / base.m_lo END) AS gain,
        sign * 100 * (1 - CASE WHEN judged.m_lo = base.m_hi THEN 1 ELSE judged.m_lo / base.m_hi END) AS most_gain,
        greatest(judged.day + hold, least(judged.day + reach, lead(judged.day) OVER (
            PARTITION BY judged.patient_id, judged.item ORDER BY judged.day, judged.state, judged.place
        ))) AS until_day
    FROM judged LEFT JOIN base USING (patient_id, item)
    WHERE judged.day > 0
),
-- A rise from nothing is more than any percentage of it: its gain is infinite.
effect AS (
    SELECT *,
        CASE WHEN state = 2 THEN 2 ${under_support} WHEN round(gain, 6) ${enough} THEN 2
            WHEN state = 0 AND (never OR NOT (round(most_gain, 6) ${enough})) THEN 0 ELSE 1 END AS better
    FROM compared
),
evaluation AS (
    SELECT DISTINCT patient_id, day
    FROM observation
    WHERE day > 0 AND analyte IN (${analytes}) ${of_patient}
),
domain_day AS (
    SELECT evaluation.patient_id, evaluation.day, domain,
        CASE WHEN every THEN min(coalesce(effect.state, 1)) ELSE max(coalesce(effect.state, 1)) END AS met,
        CASE WHEN every THEN min(coalesce(base.state, 1)) ELSE max(coalesce(base.state, 1)) END AS base_met,
        CASE WHEN each THEN min(greatest(coalesce(base.state, 1), coalesce(better, 1)))
            ELSE max(least(2 - coalesce(base.state, 1), coalesce(better, 1))) END AS better
        ${item_details}
    FROM evaluation CROSS JOIN item
    LEFT JOIN effect ON effect.patient_id = evaluation.patient_id AND effect.item = item.item
        AND effect.day <= evaluation.day AND effect.until_day > evaluation.day
    LEFT JOIN base ON base.patient_id = evaluation.patient_id AND base.item = item.item
    GROUP BY evaluation.patient_id, evaluation.day, domain, every, each
),
-- What bears on a category beside the items, as bits: guards above their factor, guards known, exclusions.
${guards}
mark AS (
    ${marks}
),
counted AS (
    SELECT patient_id, day, min(met) AS every_domain,
        count_if(base_met = 0) AS abnormal,
        count_if(base_met = 1) AS unknown,
        count_if(base_met = 0 AND met <> 1) AS evaluable,
        count_if(base_met = 0 AND met = 2) AS met_lo,
        count_if(base_met = 0 AND met >= 1) AS met_hi,
        count_if(base_met = 0 AND better = 2) AS improved_lo,
        count_if(base_met = 0 AND better >= 1) AS improved_hi,
        coalesce(bit_or(bit), 0) AS marks
        ${domain_details}
    FROM (
        SELECT *, NULL::INTEGER AS bit FROM domain_day
        UNION ALL BY NAME
        SELECT evaluation.patient_id, evaluation.day, bit
        FROM evaluation JOIN mark ON mark.patient_id = evaluation.patient_id
            AND from_day <= evaluation.day AND (until_day IS NULL OR evaluation.day < until_day)
    )
    GROUP BY patient_id, day
),
course AS (
    SELECT patient_id, disease_status, last_contact_day, ended.day AS ends_day, ended.place AS ended_by
    FROM patient LEFT JOIN (
        SELECT patient_id, min({day: day, place: ${ended_by}}) AS ended
        FROM event WHERE ${ended_by} IS NOT NULL ${of_patient}
        GROUP BY patient_id
    ) USING (patient_id)
    WHERE TRUE ${of_patient}
),
-- proven and possible: rank of the category with every unknown against and for the patient; 0 is no response.
ranked AS (
    SELECT counted.*,
        ${until} AND (ends_day IS NULL OR day < ends_day) AS counts,
        ${proven} AS proven,
        ${possible} AS possible
    FROM counted JOIN course USING (patient_id)
),
verdict AS (
    SELECT *, ${rank} AS rank, ${highest} AS highest FROM ranked
)
