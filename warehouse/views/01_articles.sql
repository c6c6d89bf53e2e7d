-- Articles as people read them: the newest text at each address, with its body.
CREATE OR REPLACE VIEW articles AS
SELECT
  t.article_id, t.url, t.canonical_url, t.source_id, t.item_id, t.title, b.body, t.author, t.outlet, t.language, t.published_at, t.published_from,
  t.first_seen_at, t.fetched_at, t.body_sha256, t.text_quality, t.rights_notice, t.modified_at, t.duplicate_of, t.version
FROM article_texts AS t
LEFT JOIN bodies AS b ON b.article_id = t.article_id AND b.text_id = t.text_id;
