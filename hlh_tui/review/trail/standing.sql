-- What became of the decisions on the cases $1 (those of reader $2 alone where given): the first decision of the same
-- reader (or of the case, where it has one in that role), the one that replaced it, and the entry that took it back.
WITH reversal AS (
    SELECT actor, target, max(seq) AS reversed_at, arg_max(action, seq) = 'undone' AS retracted
    FROM (
        SELECT seq, actor, action,
               CAST(coalesce(payload ->> '$.undoes', payload ->> '$.redoes') AS BIGINT) AS target
        FROM log
        WHERE action IN ('undone', 'redone') AND json_valid(payload) AND patient_id IN (SELECT unnest(CAST($1 AS VARCHAR[])))
    )
    GROUP BY actor, target
),
decision AS (
    SELECT log.seq, patient_id, said[1] AS role, said[2] AS category, said[3] AS day, said[4] AS confidence,
           said[5] AS reason,
           CASE WHEN said[1] IN ('consensus', 'adjudicator') THEN '' ELSE log.actor END AS whose,
           CASE WHEN reversal.retracted THEN reversal.reversed_at END AS taken_back
    FROM (
        SELECT seq, actor, patient_id, json_extract_string(
            payload, ['$.role', '$.category', '$.day', '$.confidence', '$.reason']
        ) AS said
        FROM log
        WHERE action = 'decided' AND json_valid(payload) AND patient_id IN (SELECT unnest(CAST($1 AS VARCHAR[])))
          AND (CAST($2 AS VARCHAR) IS NULL OR actor = CAST($2 AS VARCHAR))
    ) AS log
    LEFT JOIN reversal ON reversal.target = log.seq AND reversal.actor = log.actor
)
SELECT seq, taken_back,
       first_value(seq) OVER each_one AS first_seq,
       first_value(category) OVER each_one AS first_category,
       (first_value(category) OVER each_one, first_value(day) OVER each_one, first_value(confidence) OVER each_one,
        first_value(reason) OVER each_one) IS DISTINCT FROM (category, day, confidence, reason) AS differs,
       lead(seq) OVER each_one AS next_seq,
       lead(category) OVER each_one AS next_category
FROM decision
WINDOW each_one AS (PARTITION BY patient_id, role, whose ORDER BY seq)
ORDER BY seq
