-- The events of the study and those of the file, and the day of each patient's death.
CREATE VIEW known_event AS
SELECT patient_id, day, kind FROM read_parquet({held})
UNION ALL
SELECT patient_id, day, kind FROM {charted};
CREATE TABLE death AS
SELECT patient_id, min(day) AS death_day FROM known_event WHERE kind = 'death' GROUP BY patient_id;
