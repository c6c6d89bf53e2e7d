-- Articles whose text changed after it was first read, latest first.
-- $flagged = true: only flagged stories
SELECT a.fetched_at AS changed_at, coalesce(a.outlet, a.source_id) AS outlet, v.title AS title_before, a.title AS title_now, v.text_quality AS quality_before, a.version, a.url
FROM article_texts AS a
JOIN article_past AS v ON v.article_id = a.article_id AND v.version = a.version - 1
LEFT JOIN flags AS f ON f.article_id = a.article_id
WHERE NOT CAST($flagged AS BOOLEAN) OR f.flagged
ORDER BY changed_at DESC, a.article_id
