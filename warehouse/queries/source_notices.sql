-- Sources that broke or recovered between two moments; where nearly all did at once, one row for all (*), as that is a fault of ours.
-- $since = NULL: the earlier moment; without it, a day before the last poll
WITH ends AS (SELECT max(fetched_at) AS present, coalesce(CAST($since AS TIMESTAMPTZ), max(fetched_at) - INTERVAL 1 DAY) AS past FROM fetches WHERE kind = 'feed'),
changed AS (
  SELECT n.source_id, CASE WHEN n.state IN ('ok', 'quiet') THEN 'recovered' WHEN o.state IN ('ok', 'quiet', 'new') THEN 'broke' ELSE 'changed' END AS notice,
    o.state AS was, n.state, n.reason, n.since
  FROM source_health AS n
  JOIN source_health_at((SELECT past FROM ends)) AS o ON o.source_id = n.source_id
  WHERE o.state <> n.state AND NOT (o.state IN ('ok', 'quiet', 'new') AND n.state IN ('ok', 'quiet', 'off'))
),
at_once AS (
  SELECT notice, mode(was) AS was, mode(state) AS state, count(*) AS sources, min(since) AS since, (SELECT count(*) FROM sources WHERE enabled AND kind <> 'import') AS watched
  FROM changed WHERE notice <> 'changed' GROUP BY notice
)
SELECT * FROM (
  SELECT * FROM changed WHERE notice NOT IN (SELECT notice FROM at_once WHERE sources >= 3 AND sources >= 0.8 * watched)
  UNION ALL
  SELECT '*', notice, was, state, sources || ' of ' || watched || ' sources at once: look at the network of this machine first', since
  FROM at_once WHERE sources >= 3 AND sources >= 0.8 * watched
)
ORDER BY notice, source_id
