-- How each source usually speaks, learned from its own items of the 90 days before `moment`.
-- Time is counted without the weekdays on which the source practically never publishes, so that a weekday paper is not silent on Sunday.
CREATE OR REPLACE MACRO active_seconds(moment, active) AS
  -- seconds since Monday 1970-01-05, weekdays that are not `active` (seven 0 or 1, Monday first) left out
  floor((epoch(moment) - 345600) / 604800) * 86400 * list_sum(active)
  + 86400 * coalesce(list_sum(active[1:CAST(isodow(moment) AS INTEGER) - 1]), 0)
  + active[CAST(isodow(moment) AS INTEGER)] * (epoch(moment) % 86400);

CREATE OR REPLACE MACRO source_rhythm(moment) AS TABLE
WITH clock AS (SELECT CAST(moment AS TIMESTAMPTZ) AS present),
spoken AS (
  SELECT DISTINCT i.source_id, date_trunc('minute', least(coalesce(i.published_at, i.first_seen_at), i.first_seen_at)) AS spoken_at
  FROM items AS i, clock
  WHERE i.first_seen_at <= clock.present AND least(coalesce(i.published_at, i.first_seen_at), i.first_seen_at) > clock.present - INTERVAL 90 DAY
),
weekdays AS (
  SELECT source_id, count(*) AS spoken, date_diff('hour', min(spoken_at), max(spoken_at)) / 24.0 AS days, max(spoken_at) AS newest_at, [
    count(*) FILTER (WHERE isodow(spoken_at) = 1), count(*) FILTER (WHERE isodow(spoken_at) = 2), count(*) FILTER (WHERE isodow(spoken_at) = 3),
    count(*) FILTER (WHERE isodow(spoken_at) = 4), count(*) FILTER (WHERE isodow(spoken_at) = 5), count(*) FILTER (WHERE isodow(spoken_at) = 6),
    count(*) FILTER (WHERE isodow(spoken_at) = 7)] AS counts
  FROM spoken GROUP BY source_id
),
week AS (
  SELECT source_id, spoken, days, newest_at,
    CASE WHEN spoken >= 15 AND days >= 20 THEN list_transform(counts, lambda c: CASE WHEN c < 0.03 * spoken THEN 0 ELSE 1 END) ELSE [1, 1, 1, 1, 1, 1, 1] END AS active
  FROM weekdays
),
pauses AS (
  SELECT s.source_id, active_seconds(s.spoken_at, w.active) - lag(active_seconds(s.spoken_at, w.active)) OVER (PARTITION BY s.source_id ORDER BY s.spoken_at) AS seconds
  FROM spoken AS s JOIN week AS w ON w.source_id = s.source_id
),
learned AS (
  SELECT source_id, count(seconds) AS pauses, median(seconds) AS usual, list(seconds ORDER BY seconds DESC) FILTER (WHERE seconds IS NOT NULL) AS longest
  FROM pauses GROUP BY source_id
)
SELECT
  w.source_id, w.newest_at, w.active, w.spoken, w.days, l.pauses, l.usual / 3600 AS usual_gap_hours,
  -- the longest pause that is usual: the longest seen, unless it stands alone; never less than the pause that a short history cannot have shown
  CASE WHEN l.pauses >= 5 THEN greatest(
    least(l.longest[1], 2 * l.longest[2]),
    CASE WHEN w.days < 15 THEN 36 * 3600 ELSE greatest(12 * 3600, least(24 * 3600, 12 * l.usual)) END
  ) / 3600 END AS longest_usual_gap_hours,
  l.longest[1] / 3600 AS longest_hours, l.longest[2] / 3600 AS second_hours, l.longest[3] / 3600 AS third_hours
FROM week AS w JOIN learned AS l ON l.source_id = w.source_id;
