-- From chart rows to one row per evaluation day. The rules are rows too: compile.py fills them in from the criteria set.
-- States, for limits and for improvement alike: 2 yes, 1 unknown, 0 no, so that AND is min and OR is max (Kleene).
-- x is the value turned so that less is better, with bounds x_lo and x_hi where a comparator leaves it open.
WITH item(item, domain, sign, cut, hold, reach, baseline_from, worst, never) AS (VALUES
    ${items}
),
source(analyte, item, place, sign, above) AS (VALUES
    ${sources}
),
domain(domain, every, each) AS (VALUES
    ${domains}
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
-- Several results of an analyte at one instant: the less favourable counts.
value AS (
    SELECT patient_id, item, place, day, above,
        max(x) AS x, max(least(low, high)) AS x_lo, max(greatest(low, high)) AS x_hi
    FROM reading
    GROUP BY ALL
),
support AS (
    ${supports}
),
-- At each start of support: the support so far that reaches furthest.
supported AS (
    SELECT patient_id, item, start_day AS from_day,
        max({free: free_day, start: start_day, until: end_day})
            OVER (PARTITION BY patient_id, item ORDER BY start_day) AS support
    FROM support
),
-- Whether each value meets its limit; m_lo and m_hi bound what its change is measured on.
judged AS (
    SELECT value.patient_id, value.item, value.place, value.day, x, x_lo, x_hi,
        CASE WHEN support.free > value.day THEN support END AS support,
        CASE WHEN support.free > value.day THEN 0 WHEN x_hi < cut THEN 2 WHEN x_lo >= cut THEN 0 ELSE 1 END AS state,
        CASE WHEN sign * x_lo < above THEN 0 ELSE sign * x_lo - above END AS m_lo,
        CASE WHEN sign * x_hi < above THEN 0 ELSE sign * x_hi - above END AS m_hi,
        sign, hold, reach, baseline_from, worst, never
    FROM value JOIN item USING (item)
    ASOF LEFT JOIN supported
        ON supported.patient_id = value.patient_id AND supported.item = value.item AND value.day >= supported.from_day
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
-- A rise from nothing has no percentage: unknown.
effect AS (
    SELECT *,
        CASE WHEN state = 2 THEN 2 ${under_support} WHEN round(gain, 6) ${enough} AND gain < 'inf'::DOUBLE THEN 2
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
    FROM evaluation CROSS JOIN item JOIN domain USING (domain)
    LEFT JOIN effect ON effect.patient_id = evaluation.patient_id AND effect.item = item.item
        AND effect.day <= evaluation.day AND effect.until_day > evaluation.day
    LEFT JOIN base ON base.patient_id = evaluation.patient_id AND base.item = item.item
    GROUP BY evaluation.patient_id, evaluation.day, domain, every, each
),
counted AS (
    SELECT patient_id, day, min(met) AS every_domain,
        count_if(base_met = 0) AS abnormal,
        count_if(base_met = 0 AND met <> 1) AS evaluable,
        count_if(base_met = 0 AND met = 2) AS met_lo,
        count_if(base_met = 0 AND met >= 1) AS met_hi,
        count_if(base_met = 0 AND better = 2) AS improved_lo,
        count_if(base_met = 0 AND better >= 1) AS improved_hi
        ${domain_details}
    FROM domain_day
    GROUP BY patient_id, day
),
-- What bears on a category beside the items, as bits: guards above their factor, guards known, exclusions.
${guards}
mark AS (
    ${marks}
),
marked AS (
    SELECT evaluation.patient_id, evaluation.day, bit_or(bit) AS marks
    FROM evaluation JOIN mark ON mark.patient_id = evaluation.patient_id
        AND from_day <= evaluation.day AND (until_day IS NULL OR evaluation.day < until_day)
    GROUP BY ALL
),
course AS (
    SELECT patient_id, disease_status, last_contact_day, ends_day
    FROM patient LEFT JOIN (
        SELECT patient_id, min(day) AS ends_day
        FROM event WHERE day > 0 AND kind IN (${ends_at}) ${of_patient}
        GROUP BY patient_id
    ) USING (patient_id)
    WHERE TRUE ${of_patient}
),
-- proven and possible: rank of the category with every unknown against and for the patient; 0 is no response.
ranked AS (
    SELECT counted.*, coalesce(marks, 0) AS marks,
        day <= least(last_contact_day, ${horizon}) AND (ends_day IS NULL OR day < ends_day) AS counts,
        ${proven} AS proven,
        ${possible} AS possible
    FROM counted JOIN course USING (patient_id) LEFT JOIN marked USING (patient_id, day)
),
verdict AS (
    SELECT *, ${rank} AS rank, ${highest} AS highest FROM ranked
)
