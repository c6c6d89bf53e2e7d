-- Stories that the rules flag, copies left out, with the deals they belong to.
CREATE OR REPLACE VIEW flagged_stories AS
WITH told AS (
  SELECT a.article_id, list(DISTINCT a.deal_id ORDER BY a.deal_id) AS deal_ids, min(d.title) AS deal
  FROM deal_articles AS a JOIN deals AS d ON d.deal_id = a.deal_id
  GROUP BY a.article_id
)
SELECT
  coalesce(t.published_at, t.first_seen_at) AS published_at, t.title, coalesce(t.outlet, s.name, t.source_id) AS outlet, t.language, f.verdict, f.score, f.reason,
  told.deal, told.deal_ids, t.url, t.text_quality, t.article_id, t.source_id
FROM flags AS f
JOIN article_texts AS t ON t.article_id = f.article_id
LEFT JOIN sources AS s ON s.source_id = t.source_id
LEFT JOIN told ON told.article_id = t.article_id
WHERE f.flagged AND t.duplicate_of IS NULL;
