-- Follows decisions.sql: what the decisions in force make of each case, and the marks on it.
, reading AS (
    SELECT patient_id, count(*) AS readers, count(DISTINCT category) AS categories, min(category) AS category,
           CASE WHEN bool_or(confidence = 'low') THEN 'low' ELSE 'high' END AS confidence
    FROM in_force
    WHERE role = 'reader'
    GROUP BY patient_id
),
-- What settles a case that readers see differently: the third reader or the consensus, whichever was written last.
settled AS (
    SELECT patient_id, seq, role, category, confidence
    FROM in_force
    WHERE role IN ('consensus', 'adjudicator')
    QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY seq DESC) = 1
),
-- {reads_needed}: independent reads that the protocol asks for; before they are there a case is undecided.
final AS (
    SELECT patient.patient_id,
           CASE WHEN settled.seq IS NOT NULL THEN settled.category
                WHEN reading.categories = 1 AND reading.readers >= {reads_needed} THEN reading.category END AS category,
           CASE WHEN settled.role = 'adjudicator' THEN 'adjudicated'
                WHEN settled.seq IS NOT NULL THEN 'consensus'
                WHEN reading.readers IS NULL OR reading.readers < {reads_needed} THEN 'undecided'
                WHEN reading.categories > 1 THEN 'unresolved'
                WHEN reading.readers = 1 THEN 'single'
                ELSE 'unanimous' END AS source,
           CASE WHEN settled.seq IS NOT NULL THEN settled.confidence
                WHEN reading.categories = 1 AND reading.readers >= {reads_needed} THEN reading.confidence
                END AS confidence,
           coalesce(reading.readers, 0) AS readers
    FROM patient
    LEFT JOIN reading ON reading.patient_id = patient.patient_id
    LEFT JOIN settled ON settled.patient_id = patient.patient_id
    WHERE CAST($1 AS VARCHAR) IS NULL OR patient.patient_id = CAST($1 AS VARCHAR)
),
-- A flag is a reader's own mark on a case; the last mark that counts is set or removed. Marks on a hidden repeat of the
-- case (role repeat, from a pack) are apart from those on the case, until the reader removes the flag in the study.
flag AS (
    SELECT patient_id, actor AS reader, actor_name AS reader_name, seq, recorded_at,
           payload ->> '$.note' AS note
    FROM (
        SELECT *, max(seq) FILTER (action = 'unflagged' AND payload ->> '$.pack.id' IS NULL)
                      OVER (PARTITION BY patient_id, actor) AS cleared
        FROM act
        WHERE action IN ('flagged', 'unflagged') AND NOT retracted
        QUALIFY row_number() OVER (
            PARTITION BY patient_id, actor, coalesce(payload ->> '$.role', 'reader') ORDER BY seq DESC
        ) = 1
    )
    WHERE action = 'flagged' AND seq > coalesce(cleared, 0)
    QUALIFY row_number() OVER (PARTITION BY patient_id, actor ORDER BY seq DESC) = 1
),
-- A query is open until it is closed; the last closing or reopening that counts says which.
query AS (
    SELECT patient_id, actor AS reader, actor_name AS reader_name, seq, recorded_at, payload
    FROM act
    WHERE action = 'query_raised' AND NOT retracted AND seq NOT IN (
        SELECT CAST(payload ->> '$.query' AS BIGINT) AS asked
        FROM act
        WHERE action IN ('query_closed', 'query_reopened') AND NOT retracted
        GROUP BY asked
        HAVING arg_max(action, seq) = 'query_closed'
    )
)
