-- The last runs, newest first.
-- $limit = 20: most rows
SELECT started_at, finished_at, outcome, way, sources_polled, sources_failed, items_new, pages_fetched, articles_new, articles_flagged, deals_new, deals_changed, error, run_id
FROM runs ORDER BY started_at DESC LIMIT CAST($limit AS BIGINT)
