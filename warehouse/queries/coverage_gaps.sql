-- When we may have missed what a source published, latest first.
-- $since = NULL: gaps that were still open on this day, YYYY-MM-DD; without it, all
-- $source = NULL: one source_id
SELECT source_id, gap_from, gap_to, reason, detail FROM coverage_gaps
WHERE (CAST($since AS DATE) IS NULL OR gap_to IS NULL OR gap_to >= CAST($since AS DATE)) AND (CAST($source AS VARCHAR) IS NULL OR source_id = CAST($source AS VARCHAR))
ORDER BY gap_from DESC, source_id
