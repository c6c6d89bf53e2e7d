-- The latest flagged stories, newest first, copies left out.
-- $language = NULL: two letters
-- $limit = 50: most rows
SELECT published_at, title, outlet, language, verdict, round(score, 2) AS score, deal, reason, url
FROM flagged_stories
WHERE CAST($language AS VARCHAR) IS NULL OR language = lower(CAST($language AS VARCHAR))
ORDER BY published_at DESC, article_id
LIMIT CAST($limit AS BIGINT)
