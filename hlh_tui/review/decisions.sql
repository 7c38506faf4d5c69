-- What the log says now: acts, decisions and which of them are in force. Every question of this room starts here.
-- $1: one patient or NULL for all; $2: the last entry that counts (a past state) or NULL for all.
WITH entry AS (
    SELECT seq, recorded_at, actor, actor_name, action, patient_id, payload
    FROM log
    WHERE action IN (
            'decided', 'flagged', 'unflagged', 'query_raised', 'query_answered', 'query_closed', 'query_reopened',
            'undone', 'redone'
        )
      AND (CAST($1 AS VARCHAR) IS NULL OR patient_id = CAST($1 AS VARCHAR))
      AND (CAST($2 AS BIGINT) IS NULL OR seq <= CAST($2 AS BIGINT))
),
-- Undo and redo are entries too; the last one says whether the entry they name counts. Readers reverse only themselves.
reversal AS (
    SELECT actor, target, max(seq) AS reversed_at, arg_max(action, seq) = 'undone' AS retracted
    FROM (
        SELECT seq, actor, action,
               CAST(coalesce(payload ->> '$.undoes', payload ->> '$.redoes') AS BIGINT) AS target
        FROM entry
        WHERE action IN ('undone', 'redone')
    )
    GROUP BY actor, target
),
act AS (
    SELECT entry.*, coalesce(reversal.retracted, false) AS retracted, reversal.reversed_at
    FROM entry LEFT JOIN reversal ON reversal.target = entry.seq AND reversal.actor = entry.actor
    WHERE entry.action NOT IN ('undone', 'redone')
),
decision AS (
    SELECT seq, recorded_at, patient_id, actor AS reader, actor_name AS reader_name, retracted, payload,
           field[1] AS role, field[2] AS category, CAST(field[3] AS DOUBLE) AS day, field[4] AS confidence,
           field[5] AS reason, field[6] = 'true' AS proposal_seen, field[7] AS proposal,
           -- The program showed the proposal to this reader after this decision.
           coalesce(field[8] = 'true', false) AS reveals,
           field[9] AS criteria_hash, field[10] AS criteria_options
    FROM (
        SELECT act.*, json_extract_string(payload, [
            '$.role', '$.category', '$.day', '$.confidence', '$.reason', '$.proposal_seen', '$.proposal',
            '$.reveals', '$.criteria.hash', '$.criteria.options'
        ]) AS field
        FROM act
        WHERE action = 'decided'
    )
),
-- One decision in force per reader, role and case; a case has one consensus and one third read, whoever wrote it last.
in_force AS (
    SELECT *
    FROM decision
    WHERE NOT retracted
    QUALIFY row_number() OVER (
        PARTITION BY patient_id, role, CASE WHEN role IN ('consensus', 'adjudicator') THEN '' ELSE reader END
        ORDER BY seq DESC
    ) = 1
)
