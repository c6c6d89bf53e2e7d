-- One deal's story: every fact that every report gives, with the sentence behind it, in the order of the reports.
-- $deal = ?: its deal_id; an id that was merged into another works too
WITH meant AS (
  SELECT coalesce((SELECT redirect_to FROM deal_redirects WHERE deal_id = CAST($deal AS VARCHAR)), CAST($deal AS VARCHAR)) AS deal_id
)
SELECT CAST(r.reported_at AS DATE) AS reported_on, coalesce(a.outlet, s.name, a.source_id) AS outlet, a.language, l.role, e.field, e.value, e.quote, a.url
FROM meant AS m
JOIN deal_articles AS l ON l.deal_id = m.deal_id
JOIN article_texts AS a ON a.article_id = l.article_id
LEFT JOIN sources AS s ON s.source_id = a.source_id
LEFT JOIN report_facts AS r ON r.report_id = l.report_id
LEFT JOIN report_evidence AS e ON e.report_id = l.report_id AND e.state <> 'not_stated'
ORDER BY coalesce(r.reported_at, a.first_seen_at), l.article_id, e.field
