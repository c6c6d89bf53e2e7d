-- Reports with the deal that each was merged into.
CREATE OR REPLACE VIEW reports AS
WITH merged AS (SELECT report_id, min(deal_id) AS deal_id FROM deal_articles WHERE report_id IS NOT NULL GROUP BY report_id)
SELECT r.report_id, r.article_id, m.deal_id, r.* EXCLUDE (report_id, article_id)
FROM report_facts AS r
LEFT JOIN merged AS m ON m.report_id = r.report_id;
