-- What reader $1 may read of the log of a blinded study, with running numbers of their own. A hidden repeat would tell
-- them which case they were given twice, so it and what they did to it is left out.
WITH repeat_code AS (
    SELECT pack_id, dealt['case'] AS code
    FROM (
        SELECT payload ->> '$.pack_id' AS pack_id,
               unnest(from_json(payload -> '$.cases', '[{"case":"VARCHAR","repeat":"BOOLEAN"}]')) AS dealt
        FROM log
        WHERE action = 'cases_dealt'
    )
    WHERE dealt['repeat']
),
repeated AS (
    SELECT seq
    FROM log
    WHERE actor = CAST($1 AS VARCHAR) AND (
        payload ->> '$.role' = 'repeat'
        OR (payload ->> '$.pack.id', payload ->> '$.pack.case') IN (SELECT (pack_id, code) FROM repeat_code)
    )
),
own AS (
    SELECT seq, action
    FROM log
    -- What happened to the file of a pack is told by the pack.
    WHERE actor = CAST($1 AS VARCHAR) AND action <> 'pack_entry'
      AND seq NOT IN (SELECT seq FROM repeated)
      AND coalesce(
          CAST(coalesce(payload ->> '$.undoes', payload ->> '$.redoes', payload ->> '$.decision.seq') AS BIGINT), 0
      ) NOT IN (SELECT seq FROM repeated)
),
seen AS (
    SELECT row_number() OVER (ORDER BY seq) AS number, *
    FROM log
    WHERE seq IN (SELECT seq FROM own)
       OR (patient_id IS NULL AND action IN ({study_level}))
       OR (
           action IN ({about_reader})
           AND CAST($1 AS VARCHAR) = coalesce(
               payload ->> '$.person.id', payload ->> '$.reader.id', payload ->> '$.reader'
           )
       )
       OR (
           action IN ('query_answered', 'query_closed', 'query_reopened')
           AND TRY_CAST(payload ->> '$.query' AS BIGINT) IN (SELECT seq FROM own WHERE action = 'query_raised')
       )
       OR (action = 'redacted' AND TRY_CAST(payload ->> '$.entry' AS BIGINT) IN (SELECT seq FROM own))
)
