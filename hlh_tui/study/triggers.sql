-- The log is insert-only. The engine has no BEFORE triggers: these fail while the statement runs, which undoes it.
-- TRUNCATE counts as DELETE.
CREATE OR REPLACE TRIGGER log_no_update AFTER UPDATE ON log
FOR EACH STATEMENT INSERT INTO log_guard SELECT error('the log is append-only');

CREATE OR REPLACE TRIGGER log_no_delete AFTER DELETE ON log
FOR EACH STATEMENT INSERT INTO log_guard SELECT error('the log is append-only');
