"""The audit trail: every entry of the log as a sentence, filtered, searched, written out, reviewed and replayed."""
