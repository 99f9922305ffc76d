-- The work of `million.rs` in DuckDB, for the comparison in docs/benchmarks.md: `million.py` runs it on the log
-- that the example has written. A comment names the work of the statements that follow.

-- storing
CREATE TABLE entries AS
SELECT * FROM read_json('million.jsonl', format = 'newline_delimited', columns = {
    timestamp: 'TIMESTAMP', level: 'VARCHAR', message: 'VARCHAR', service: 'VARCHAR', environment: 'VARCHAR',
    correlationId: 'VARCHAR', userId: 'VARCHAR', path: 'VARCHAR', method: 'VARCHAR', statusCode: 'INTEGER',
    duration: 'DOUBLE', metadata: 'JSON'
});
CHECKPOINT;

-- 결제
SELECT * FROM entries WHERE message ILIKE '%결제%' ORDER BY timestamp DESC LIMIT 50;
-- 봉화
SELECT * FROM entries WHERE message ILIKE '%봉화%' ORDER BY timestamp DESC LIMIT 50;
-- 없는말
SELECT * FROM entries WHERE message ILIKE '%없는말%' ORDER BY timestamp DESC LIMIT 50;
-- timeout -결제
SELECT * FROM entries WHERE message ILIKE '%timeout%' AND NOT message ILIKE '%결제%' ORDER BY timestamp DESC LIMIT 50;
-- /timeout$/ level:warn
SELECT * FROM entries WHERE level = 'warn' AND regexp_matches(message, 'timeout$') ORDER BY timestamp DESC LIMIT 50;
-- level:fatal
SELECT * FROM entries WHERE level = 'fatal' ORDER BY timestamp DESC LIMIT 50;
-- user:gm-4999 status:5xx
SELECT * FROM entries WHERE userId = 'gm-4999' AND statusCode BETWEEN 500 AND 599 ORDER BY timestamp DESC LIMIT 50;
-- duration:>299ms status:503
SELECT * FROM entries WHERE duration > 299 AND statusCode = 503 ORDER BY timestamp DESC LIMIT 50;
-- orderId:none
SELECT * FROM entries WHERE lower(metadata->>'orderId') = 'none' ORDER BY timestamp DESC LIMIT 50;
-- shard:>7
SELECT * FROM entries WHERE (metadata->>'shard')::DOUBLE > 7 ORDER BY timestamp DESC LIMIT 50;
-- path:/api/none
SELECT * FROM entries WHERE lower(path) = '/api/none' ORDER BY timestamp DESC LIMIT 50;

-- analysis
CREATE OR REPLACE TEMP TABLE levels AS SELECT level, count(*) FROM entries GROUP BY level;
CREATE OR REPLACE TEMP TABLE routes AS
SELECT method, regexp_replace(path, '[0-9]+', '{id}') AS route, count(*), count(*) FILTER (statusCode >= 500),
    avg(duration), quantile_cont(duration, [0.5, 0.95, 0.99]), max(duration)
FROM entries WHERE path IS NOT NULL GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE users AS
SELECT userId, count(*) FILTER (path IS NOT NULL) AS requests, count(*) FILTER (statusCode >= 500)
FROM entries GROUP BY userId ORDER BY requests DESC;
CREATE OR REPLACE TEMP TABLE patterns AS
SELECT regexp_replace(message, '[0-9]+', '', 'g') AS pattern, count(*), min(timestamp), max(timestamp),
    count(DISTINCT userId), arg_max(message, timestamp)
FROM entries WHERE level IN ('error', 'fatal') GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE timeline AS
SELECT time_bucket(INTERVAL '333 seconds', timestamp) AS part, count(*), count(*) FILTER (level = 'error'),
    count(*) FILTER (statusCode >= 500), avg(duration)
FROM entries GROUP BY part ORDER BY part;
