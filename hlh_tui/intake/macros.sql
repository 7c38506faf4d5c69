-- Text cells to numbers, days and messages; NULL where a cell does not hold what is asked.
-- Spaces of other widths, and the space of Chinese and Japanese text.
CREATE MACRO wide() AS chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197)
    || chr(8198) || chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8203)
    || chr(8239) || chr(8287) || chr(12288);
CREATE MACRO cell(t) AS nullif(trim(t, chr(32) || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279) || wide()), '');

-- A finite decimal number with a point; no thousands separators, hexadecimals, inf or nan.
CREATE MACRO finite(v) AS CASE WHEN isfinite(v) THEN v + 0.0 END;
CREATE MACRO number(t) AS CASE
    WHEN regexp_full_match(t, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?') THEN finite(try_cast(t AS DOUBLE)) END;

-- Nine significant digits, so that 150 mg/dL / 100 is exactly 1.5.
CREATE MACRO converted(v, plus, times, divide) AS CASE
    WHEN plus = 0 AND times = 1 AND divide = 1 THEN v
    ELSE try_cast(format('{:.9g}', (v + plus) * times / divide) AS DOUBLE) END;

CREATE MACRO dated(t) AS regexp_full_match(t, '\d{4}-\d{2}-\d{2}');
CREATE MACRO zoned(t) AS regexp_full_match(t, '\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*([Zz]|[+-]\d{2}(:?\d{2})?)');
-- An ISO 8601 date or timestamp; one with an offset (of at most 14 hours) in UTC.
CREATE MACRO moment(t) AS CASE
    WHEN NOT regexp_full_match(t, '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?')
        THEN NULL
    WHEN zoned(t) THEN timezone('UTC', try_cast(replace(upper(t), ',', '.') AS TIMESTAMPTZ))
    ELSE try_cast(replace(t, ',', '.') AS TIMESTAMP) END;

-- The index event as the study keeps it, so that later imports count as this one does: the clock that the chart had,
-- without its offset; midnight a microsecond later when it was charted as a time, to be told from a date alone.
CREATE MACRO clock(t) AS try_cast(replace(
    CASE WHEN zoned(t) THEN regexp_replace(t, '([Zz]|[+-]\d{2}(:?\d{2})?)$', '') ELSE t END, ',', '.') AS TIMESTAMP);
CREATE MACRO midnight(v) AS date_trunc('day', v)::TIMESTAMP;
CREATE MACRO kept_index(t) AS CASE
    WHEN moment(t) IS NULL THEN NULL
    WHEN NOT dated(t) AND clock(t) = midnight(clock(t)) THEN clock(t) + INTERVAL 1 MICROSECOND
    ELSE clock(t) END;
CREATE MACRO index_moment(kept) AS CASE
    WHEN kept = midnight(kept) + INTERVAL 1 MICROSECOND THEN midnight(kept) ELSE kept END;
CREATE MACRO index_shown(kept) AS CASE
    WHEN kept = midnight(kept) THEN kept::DATE::VARCHAR ELSE index_moment(kept)::VARCHAR END;

-- Days from the index event: whole days when either side is a date without a time.
CREATE MACRO days_from(index_at, index_date, index_dated, t) AS CASE
    WHEN index_dated OR dated(t) THEN date_diff('day', index_date, try_cast(left(t, 10) AS DATE))::DOUBLE
    ELSE round((epoch_us(moment(t)) - epoch_us(index_at)) / 86400000000.0, 4) END;

-- A cell and a number as messages show them: no control characters, no more than 60 characters.
CREATE MACRO quoted(t) AS '"' || regexp_replace(left(t, 60), '[\x00-\x1f\x7f-\x{9f}\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]', '·', 'g') || '"';
CREATE MACRO plain(v) AS format('{:.10g}', v::DOUBLE);
CREATE MACRO spelt(lower, upper) AS CASE
    WHEN lower IS NULL THEN 'up to ' || plain(upper)
    WHEN upper IS NULL THEN 'from ' || plain(lower)
    ELSE plain(lower) || ' to ' || plain(upper) END;
-- What two spellings of a patient id share: case and spaces aside.
CREATE MACRO id_key(t) AS regexp_replace(lower(t), '\s|\x{a0}', '', 'g');
CREATE MACRO fingerprint(t) AS left(sha256(t), 32);
CREATE MACRO measured(v, unit, t) AS CASE WHEN isfinite(v) THEN trim(plain(v) || ' ' || unit) ELSE quoted(t) END;
-- What two spellings of a name share, as hlh_tui.protocol.criteria_models.name_key.
CREATE MACRO name_key(t) AS regexp_replace(lower(t), '[^\p{L}\p{N}]', '', 'g');
