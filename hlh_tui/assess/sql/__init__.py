"""A criteria set compiled to DuckDB SQL: one module for each part of the text, the skeleton in the .sql files."""
