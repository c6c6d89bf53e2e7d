-- What a person should look at: doubtful deals, and articles the rules could not decide.
-- $limit = 100: most rows
SELECT 'deal' AS kind, deal_id AS id, title, review AS reason, last_reported_at AS reported_at, CAST(NULL AS DOUBLE) AS score FROM deals
WHERE review IS NOT NULL AND deal_id NOT IN (SELECT subject FROM decisions WHERE action = 'accept')
UNION ALL
SELECT 'article', CAST(f.article_id AS VARCHAR), t.title, f.reason, coalesce(t.published_at, t.first_seen_at), f.score
FROM flags AS f JOIN article_texts AS t ON t.article_id = f.article_id
WHERE f.verdict = 'review' AND t.duplicate_of IS NULL AND CAST(f.article_id AS VARCHAR) NOT IN (SELECT subject FROM decisions)
ORDER BY kind DESC, reported_at DESC, id
LIMIT CAST($limit AS BIGINT)
