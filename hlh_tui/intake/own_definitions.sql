-- Functions and views that the file itself defines. No study does; one named sha256 would answer in the place of the
-- engine's, so the engine's own are named in full here.
SELECT 'function', function_name FROM system.main.duckdb_functions() WHERE database_name NOT IN ('system', 'temp')
UNION ALL
SELECT 'view', view_name FROM system.main.duckdb_views() WHERE database_name NOT IN ('system', 'temp')
ORDER BY ALL
