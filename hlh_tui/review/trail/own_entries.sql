-- What reader $1 may read of the log of a blinded study, with running numbers of their own. A hidden repeat would tell
-- them which case they were given twice, so it and what they did to it is left out.
WITH repeated AS (
    SELECT seq
    FROM log
    WHERE actor = CAST($1 AS VARCHAR) AND action = 'decided' AND payload ->> '$.role' = 'repeat'
),
own AS (
    SELECT seq, action
    FROM log
    WHERE actor = CAST($1 AS VARCHAR)
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
