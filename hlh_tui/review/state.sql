-- Follows decisions.sql: what the decisions in force make of each case, and the marks on it.
, reading AS (
    SELECT patient_id, count(*) AS readers, count(DISTINCT category) AS categories, min(category) AS category,
           CASE WHEN bool_or(confidence = 'low') THEN 'low' ELSE 'high' END AS confidence
    FROM in_force
    WHERE role = 'reader'
    GROUP BY patient_id
),
final AS (
    SELECT patient.patient_id,
           CASE WHEN consensus.seq IS NOT NULL THEN consensus.category
                WHEN reading.categories = 1 THEN reading.category END AS category,
           CASE WHEN consensus.seq IS NOT NULL THEN 'consensus'
                WHEN reading.readers IS NULL THEN 'undecided'
                WHEN reading.categories > 1 THEN 'unresolved'
                WHEN reading.readers = 1 THEN 'single'
                ELSE 'unanimous' END AS source,
           CASE WHEN consensus.seq IS NOT NULL THEN consensus.confidence
                WHEN reading.categories = 1 THEN reading.confidence END AS confidence,
           coalesce(reading.readers, 0) AS readers
    FROM patient
    LEFT JOIN reading ON reading.patient_id = patient.patient_id
    LEFT JOIN in_force AS consensus ON consensus.patient_id = patient.patient_id AND consensus.role = 'consensus'
    WHERE CAST($1 AS VARCHAR) IS NULL OR patient.patient_id = CAST($1 AS VARCHAR)
),
-- A flag is a reader's own mark on a case; the last mark that counts is set or removed.
flag AS (
    SELECT patient_id, actor AS reader, actor_name AS reader_name, seq, recorded_at,
           payload ->> '$.note' AS note
    FROM (
        SELECT *
        FROM act
        WHERE action IN ('flagged', 'unflagged') AND NOT retracted
        QUALIFY row_number() OVER (PARTITION BY patient_id, actor ORDER BY seq DESC) = 1
    )
    WHERE action = 'flagged'
),
query AS (
    SELECT patient_id, actor AS reader, actor_name AS reader_name, seq, recorded_at, payload
    FROM act
    WHERE action = 'query_raised' AND NOT retracted
)
