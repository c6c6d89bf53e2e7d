-- Articles whose title or body holds a word, any script, in a span of days: bounded, because every body in it is read.
-- FROM article_search('吉利'); FROM article_search('gigafactory', since := '2026-01-01', until := '2026-04-01')
CREATE OR REPLACE MACRO article_search(wanted, since := NULL, until := NULL) AS TABLE
WITH newest AS (SELECT max(first_seen_at) AS newest_at FROM article_texts),
span AS (
  SELECT coalesce(CAST(since AS TIMESTAMPTZ), coalesce(CAST(until AS TIMESTAMPTZ), newest_at) - INTERVAL 92 DAY) AS low,
    coalesce(CAST(until AS TIMESTAMPTZ), newest_at + INTERVAL 1 SECOND) AS high
  FROM newest
),
near AS (
  SELECT t.* FROM article_texts AS t, span WHERE t.first_seen_at >= span.low AND t.first_seen_at < span.high
)
SELECT n.article_id, coalesce(n.published_at, n.first_seen_at) AS published_at, n.title, coalesce(n.outlet, n.source_id) AS outlet, n.language, n.url,
  substr(b.body, greatest(1, position(lower(wanted) IN lower(b.body)) - 80), 200) AS around
FROM near AS n JOIN bodies AS b ON b.article_id = n.article_id AND b.text_id = n.text_id
WHERE contains(lower(n.title), lower(wanted)) OR contains(lower(b.body), lower(wanted));
