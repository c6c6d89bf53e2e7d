-- How each source does at a moment, judged by its own rhythm. A source counts as
-- blocked, failing: its last polls failed, by refusal or otherwise; silent_zero: its feed is empty and used not to be;
-- stale: silent for more than twice its longest usual pause; quiet: for more than once; changed_volume: a week unlike those before.
CREATE OR REPLACE MACRO source_health_at(moment) AS TABLE
WITH clock AS (SELECT CAST(moment AS TIMESTAMPTZ) AS present),
polls AS (
  SELECT f.source_id, f.fetched_at, f.outcome, f.item_count, f.error, f.outcome IN ('ok', 'unchanged', 'empty') AS answered
  FROM fetches AS f, clock
  WHERE f.kind = 'feed' AND f.fetched_at <= clock.present AND f.fetched_at > clock.present - INTERVAL 90 DAY
),
last_good AS (
  SELECT source_id, min(fetched_at) AS first_polled_at, max(fetched_at) AS last_polled_at, max(fetched_at) FILTER (WHERE answered) AS last_ok_at,
    max(fetched_at) FILTER (WHERE item_count > 0) AS last_full_at, arg_max(outcome, fetched_at) AS last_outcome, arg_max(error, fetched_at) AS last_error,
    min(fetched_at) FILTER (WHERE item_count > 0) AS first_full_at
  FROM polls GROUP BY source_id
),
streaks AS (
  SELECT p.source_id, count(*) FILTER (WHERE p.fetched_at > coalesce(g.last_ok_at, g.first_polled_at - INTERVAL 1 DAY)) AS failures_in_a_row,
    min(p.fetched_at) FILTER (WHERE p.fetched_at > coalesce(g.last_ok_at, g.first_polled_at - INTERVAL 1 DAY)) AS failing_since,
    count(*) FILTER (WHERE p.answered AND p.fetched_at > g.last_full_at) AS polls_since_full,
    count(*) FILTER (WHERE p.answered AND p.fetched_at > g.last_full_at AND (p.outcome = 'empty' OR p.item_count = 0)) AS zeros,
    min(p.fetched_at) FILTER (WHERE p.fetched_at > g.last_full_at AND (p.outcome = 'empty' OR p.item_count = 0)) AS zero_since
  FROM polls AS p JOIN last_good AS g ON g.source_id = p.source_id GROUP BY p.source_id
),
weeks AS (
  SELECT i.source_id, CAST(floor(date_diff('second', i.first_seen_at, clock.present) / 604800.0) AS INTEGER) AS ago, count(*) AS items
  FROM items AS i JOIN last_good AS g ON g.source_id = i.source_id, clock
  WHERE i.revision_of IS NULL AND i.first_seen_at <= clock.present AND i.first_seen_at > clock.present - INTERVAL 63 DAY AND i.first_seen_at > g.first_full_at + INTERVAL 1 HOUR
  GROUP BY i.source_id, ago
),
volume AS (
  SELECT g.source_id, coalesce(sum(w.items) FILTER (WHERE w.ago = 0), 0) AS items_7d,
    least(8, floor(date_diff('second', g.first_full_at, any_value(clock.present)) / 604800.0) - 1) AS past,
    coalesce(sum(w.items) FILTER (WHERE w.ago BETWEEN 1 AND least(8, floor(date_diff('second', g.first_full_at, clock.present) / 604800.0) - 1)), 0) AS total,
    coalesce(sum(w.items * w.items) FILTER (WHERE w.ago BETWEEN 1 AND least(8, floor(date_diff('second', g.first_full_at, clock.present) / 604800.0) - 1)), 0) AS squares
  FROM last_good AS g CROSS JOIN clock LEFT JOIN weeks AS w ON w.source_id = g.source_id
  GROUP BY g.source_id, g.first_full_at
),
usual AS (
  SELECT source_id, items_7d, CASE WHEN past >= 3 THEN total / past END AS items_usual_7d,
    CASE WHEN past >= 3 THEN sqrt(greatest(squares / past - (total / past) * (total / past), total / past)) END AS spread
  FROM volume
),
measured AS (
  SELECT
    s.source_id, s.name, s.enabled, s.max_age_days, g.last_polled_at, g.last_ok_at, g.last_outcome, g.last_error, r.newest_at, r.usual_gap_hours,
    r.longest_usual_gap_hours, (active_seconds(clock.present, r.active) - active_seconds(r.newest_at, r.active)) / 3600 AS silence_hours,
    k.failures_in_a_row, k.failing_since, k.polls_since_full, k.zeros, k.zero_since, u.items_7d, u.items_usual_7d, u.spread, clock.present
  FROM sources AS s CROSS JOIN clock
  LEFT JOIN last_good AS g ON g.source_id = s.source_id
  LEFT JOIN streaks AS k ON k.source_id = s.source_id
  LEFT JOIN source_rhythm(moment) AS r ON r.source_id = s.source_id
  LEFT JOIN usual AS u ON u.source_id = s.source_id
  WHERE s.kind <> 'import'
),
judged AS (
  SELECT *, CASE
    WHEN NOT enabled THEN 'off'
    WHEN last_polled_at IS NULL THEN 'new'
    WHEN failures_in_a_row >= 2 AND last_outcome IN ('blocked', 'robots', 'refused', 'paywalled') THEN 'blocked'
    WHEN failures_in_a_row >= 3 OR (failures_in_a_row >= 2 AND last_outcome IN ('gone', 'not_a_feed', 'broken', 'dns', 'tls')) THEN 'failing'
    WHEN zeros >= 1 AND polls_since_full >= 2 THEN 'silent_zero'
    WHEN newest_at IS NULL AND last_ok_at IS NOT NULL THEN 'quiet'
    WHEN silence_hours > coalesce(2 * longest_usual_gap_hours, 24.0 * max_age_days) THEN 'stale'
    WHEN items_usual_7d >= 7 AND items_7d < 0.5 * items_usual_7d AND items_7d < items_usual_7d - 3 * spread THEN 'changed_volume'
    WHEN items_usual_7d >= 7 AND items_7d > 2.5 * items_usual_7d AND items_7d > items_usual_7d + 4 * spread THEN 'changed_volume'
    WHEN silence_hours > longest_usual_gap_hours THEN 'quiet'
    ELSE 'ok' END AS state
  FROM measured
)
SELECT
  source_id, name, state,
  CASE state
    WHEN 'off' THEN 'switched off in the source list'
    WHEN 'new' THEN 'not polled yet'
    WHEN 'blocked' THEN failures_in_a_row || ' polls in a row refused (' || last_outcome || ')' || coalesce(': ' || last_error, '')
    WHEN 'failing' THEN failures_in_a_row || ' polls in a row failed (' || last_outcome || ')' || coalesce(': ' || last_error, '')
    WHEN 'silent_zero' THEN 'the feed answers but is empty; it used to hold items'
    WHEN 'changed_volume' THEN items_7d || ' items in 7 days, usually ' || round(items_usual_7d)
    WHEN 'stale' THEN 'nothing new for ' || round(silence_hours / 24, 1) || ' days, longest usual pause ' || coalesce(CAST(round(longest_usual_gap_hours / 24, 1) AS VARCHAR), 'unknown')
    WHEN 'quiet' THEN 'nothing new for ' || coalesce(CAST(round(silence_hours / 24, 1) AS VARCHAR), '?') || ' days, longer than usual'
    ELSE 'speaks as usual' END AS reason,
  CASE state
    WHEN 'blocked' THEN failing_since WHEN 'failing' THEN failing_since WHEN 'silent_zero' THEN zero_since
    WHEN 'stale' THEN newest_at WHEN 'quiet' THEN newest_at WHEN 'changed_volume' THEN present - INTERVAL 7 DAY END AS since,
  last_polled_at, last_ok_at, newest_at AS newest_item_at, round(usual_gap_hours, 2) AS usual_gap_hours, round(longest_usual_gap_hours, 2) AS longest_usual_gap_hours,
  round(silence_hours, 2) AS silence_hours, items_7d, round(items_usual_7d, 1) AS items_usual_7d, coalesce(failures_in_a_row, 0) AS failures_in_a_row,
  last_outcome, last_error
FROM judged;

CREATE OR REPLACE VIEW source_health AS
SELECT * FROM source_health_at((SELECT max(fetched_at) FROM fetches WHERE kind = 'feed'));
