-- What the last run changed: deals with reports from articles that it read, new deals first.
WITH run AS (SELECT run_id, started_at, finished_at FROM runs WHERE outcome <> 'running' AND articles_new > 0 ORDER BY started_at DESC LIMIT 1),
fresh AS (
  SELECT a.article_id, a.title, a.url, coalesce(a.outlet, a.source_id) AS outlet FROM article_texts AS a, run
  WHERE a.fetched_at >= run.started_at AND a.fetched_at <= coalesce(run.finished_at, now())
)
SELECT CASE WHEN bool_or(l.role = 'first_report') THEN 'new' ELSE 'updated' END AS change, d.title, d.status, d.amount, d.currency, d.host_country,
  count(DISTINCT f.article_id) AS articles, string_agg(DISTINCT f.outlet, ', ' ORDER BY f.outlet) AS outlets, any_value(f.url) AS url, d.deal_id
FROM fresh AS f
JOIN deal_articles AS l ON l.article_id = f.article_id AND l.role <> 'background'
JOIN deals AS d ON d.deal_id = l.deal_id
GROUP BY d.deal_id, d.title, d.status, d.amount, d.currency, d.host_country
ORDER BY change, d.title
