-- The first tables. One table per record of the pipeline, with the record's field names; no keys, indexes, enums or sequences:
-- staging and MERGE keep rows single, the checks prove it, and the same text runs on a DuckLake.
-- `/*file: ...*/` is read as plain SQL where the warehouse is a DuckDB file, and stays a comment on a lake.

CREATE TABLE sources (
  source_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  language VARCHAR,
  country VARCHAR,
  homepage VARCHAR,
  tier INTEGER NOT NULL,
  topics VARCHAR[] NOT NULL,
  rights VARCHAR NOT NULL,
  interval_minutes INTEGER NOT NULL,
  max_age_days INTEGER NOT NULL,
  paywall BOOLEAN NOT NULL,
  fetch_pages BOOLEAN NOT NULL,
  timezone VARCHAR,
  wrong_zone BOOLEAN NOT NULL,
  item_selector VARCHAR,
  item_pattern VARCHAR,
  enabled BOOLEAN NOT NULL
);

CREATE TABLE runs (
  run_id VARCHAR NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ,
  outcome VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  rules_version VARCHAR NOT NULL,
  way VARCHAR NOT NULL,
  sources_polled INTEGER NOT NULL,
  sources_failed INTEGER NOT NULL,
  items_new INTEGER NOT NULL,
  pages_fetched INTEGER NOT NULL,
  pages_failed INTEGER NOT NULL,
  articles_new INTEGER NOT NULL,
  articles_flagged INTEGER NOT NULL,
  deals_new INTEGER NOT NULL,
  deals_changed INTEGER NOT NULL,
  error VARCHAR
);

CREATE TABLE fetches (
  run_id VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  fetched_at TIMESTAMPTZ NOT NULL,
  outcome VARCHAR NOT NULL,
  http_status INTEGER,
  bytes BIGINT NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  item_count INTEGER,
  new_count INTEGER,
  sha256 VARCHAR,
  error VARCHAR
);

CREATE TABLE captures (
  sha256 VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  final_url VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  item_id UUID,
  kind VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  fetched_at TIMESTAMPTZ NOT NULL,
  http_status INTEGER,
  content_type VARCHAR,
  warc_file VARCHAR NOT NULL,
  warc_offset BIGINT NOT NULL
);

CREATE TABLE items (
  item_id UUID NOT NULL,
  source_id VARCHAR NOT NULL,
  guid VARCHAR,
  url VARCHAR,
  canonical_url VARCHAR,
  title VARCHAR NOT NULL,
  summary VARCHAR NOT NULL,
  author VARCHAR,
  outlet VARCHAR,
  language VARCHAR,
  published_at TIMESTAMPTZ,
  published_from VARCHAR NOT NULL,
  first_seen_at TIMESTAMPTZ NOT NULL,
  outcome VARCHAR,
  tries INTEGER NOT NULL,
  next_try_at TIMESTAMPTZ,
  error VARCHAR,
  revision_of UUID
);

CREATE TABLE feed_states (
  source_id VARCHAR NOT NULL,
  etag VARCHAR,
  last_modified VARCHAR,
  body_sha256 VARCHAR,
  etag_lies BOOLEAN NOT NULL,
  last_polled_at TIMESTAMPTZ,
  last_ok_at TIMESTAMPTZ,
  newest_item_at TIMESTAMPTZ,
  next_poll_at TIMESTAMPTZ,
  interval_s INTEGER NOT NULL,
  failures DOUBLE NOT NULL,
  last_outcome VARCHAR,
  streak INTEGER NOT NULL
);

CREATE TABLE decisions (
  decision_id VARCHAR NOT NULL,
  decided_at TIMESTAMPTZ NOT NULL,
  action VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  field VARCHAR,
  value VARCHAR,
  note VARCHAR,
  "by" VARCHAR
);

CREATE TABLE deal_redirects (
  deal_id VARCHAR NOT NULL,
  anchor_report_id UUID NOT NULL,
  redirect_to VARCHAR,
  since TIMESTAMPTZ NOT NULL
);

CREATE TABLE article_texts (
  article_id UUID NOT NULL,
  url VARCHAR NOT NULL,
  canonical_url VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  item_id UUID,
  title VARCHAR NOT NULL,
  author VARCHAR,
  outlet VARCHAR,
  language VARCHAR,
  published_at TIMESTAMPTZ,
  published_from VARCHAR NOT NULL,
  first_seen_at TIMESTAMPTZ NOT NULL,
  fetched_at TIMESTAMPTZ NOT NULL,
  body_sha256 VARCHAR NOT NULL,
  text_quality VARCHAR NOT NULL,
  rights_notice VARCHAR,
  modified_at TIMESTAMPTZ,
  duplicate_of UUID,
  version INTEGER NOT NULL,
  text_id UUID NOT NULL
);

CREATE TABLE article_past (
  article_id UUID NOT NULL,
  url VARCHAR NOT NULL,
  canonical_url VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  item_id UUID,
  title VARCHAR NOT NULL,
  author VARCHAR,
  outlet VARCHAR,
  language VARCHAR,
  published_at TIMESTAMPTZ,
  published_from VARCHAR NOT NULL,
  first_seen_at TIMESTAMPTZ NOT NULL,
  fetched_at TIMESTAMPTZ NOT NULL,
  body_sha256 VARCHAR NOT NULL,
  text_quality VARCHAR NOT NULL,
  rights_notice VARCHAR,
  modified_at TIMESTAMPTZ,
  duplicate_of UUID,
  version INTEGER NOT NULL,
  text_id UUID NOT NULL
);

CREATE TABLE bodies (
  article_id UUID NOT NULL,
  text_id UUID NOT NULL,
  body VARCHAR NOT NULL /*file: USING COMPRESSION zstd*/
);

CREATE TABLE signatures (
  article_id UUID NOT NULL,
  first_seen_at TIMESTAMPTZ NOT NULL,
  bands UBIGINT[] NOT NULL,
  hashes UBIGINT[] NOT NULL,
  characters INTEGER NOT NULL
);

CREATE TABLE flags (
  article_id UUID NOT NULL,
  rules_version VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL,
  flagged BOOLEAN NOT NULL,
  score DOUBLE NOT NULL,
  ev_score DOUBLE NOT NULL,
  china_score DOUBLE NOT NULL,
  capital_score DOUBLE NOT NULL,
  category VARCHAR,
  reason VARCHAR NOT NULL,
  text_id UUID
);

CREATE TABLE flag_evidence (
  article_id UUID NOT NULL,
  aspect VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  term VARCHAR NOT NULL,
  quote VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  weight DOUBLE NOT NULL
);

CREATE TABLE parties (
  party_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  name_zh VARCHAR,
  country VARCHAR,
  controlled_from VARCHAR,
  kind VARCHAR NOT NULL,
  sector VARCHAR,
  wikidata_id VARCHAR
);

CREATE TABLE report_facts (
  report_id UUID NOT NULL,
  article_id UUID NOT NULL,
  ordinal INTEGER NOT NULL,
  rules_version VARCHAR NOT NULL,
  reported_at TIMESTAMPTZ NOT NULL,
  deal_type VARCHAR NOT NULL,
  direction VARCHAR,
  status VARCHAR NOT NULL,
  event_type VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  announced_on DATE,
  date_precision VARCHAR,
  sector VARCHAR,
  host_country VARCHAR,
  admin1 VARCHAR,
  place VARCHAR,
  place_precision VARCHAR,
  amount DOUBLE,
  currency VARCHAR,
  amount_kind VARCHAR,
  amount_qualifier VARCHAR,
  stake_pct DOUBLE,
  capacity DOUBLE,
  capacity_unit VARCHAR,
  capacity_year INTEGER,
  jobs BIGINT,
  jobs_basis VARCHAR,
  confidence DOUBLE NOT NULL
);

CREATE TABLE report_parties (
  report_id UUID NOT NULL,
  party_id VARCHAR NOT NULL,
  name_as_printed VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  country VARCHAR
);

CREATE TABLE report_amounts (
  report_id UUID NOT NULL,
  ordinal INTEGER NOT NULL,
  amount DOUBLE NOT NULL,
  amount_low DOUBLE,
  currency VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  qualifier VARCHAR NOT NULL,
  as_printed VARCHAR NOT NULL
);

CREATE TABLE report_evidence (
  report_id UUID NOT NULL,
  field VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  quote VARCHAR NOT NULL,
  text_field VARCHAR NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  rule VARCHAR NOT NULL
);

CREATE TABLE deals (
  deal_id VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  deal_type VARCHAR NOT NULL,
  direction VARCHAR,
  status VARCHAR NOT NULL,
  announced_on DATE,
  date_precision VARCHAR,
  sector VARCHAR,
  host_country VARCHAR,
  admin1 VARCHAR,
  place VARCHAR,
  amount DOUBLE,
  currency VARCHAR,
  amount_kind VARCHAR,
  amount_qualifier VARCHAR,
  amount_usd DOUBLE,
  usd_rate_on DATE,
  stake_pct DOUBLE,
  capacity DOUBLE,
  capacity_unit VARCHAR,
  capacity_year INTEGER,
  jobs BIGINT,
  tier VARCHAR NOT NULL,
  count_in_totals BOOLEAN NOT NULL,
  not_counted_because VARCHAR,
  parent_deal_id VARCHAR,
  first_reported_at TIMESTAMPTZ NOT NULL,
  last_reported_at TIMESTAMPTZ NOT NULL,
  report_count INTEGER NOT NULL,
  outlet_count INTEGER NOT NULL,
  languages VARCHAR[] NOT NULL,
  review VARCHAR
);

CREATE TABLE deal_parties (
  deal_id VARCHAR NOT NULL,
  party_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  country VARCHAR,
  report_count INTEGER NOT NULL
);

CREATE TABLE deal_amounts (
  deal_id VARCHAR NOT NULL,
  amount DOUBLE NOT NULL,
  currency VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  qualifier VARCHAR NOT NULL,
  article_id UUID NOT NULL,
  reported_at TIMESTAMPTZ NOT NULL,
  chosen BOOLEAN NOT NULL,
  because VARCHAR NOT NULL
);

CREATE TABLE deal_events (
  deal_id VARCHAR NOT NULL,
  event_date DATE,
  reported_at TIMESTAMPTZ NOT NULL,
  event_type VARCHAR NOT NULL,
  status_after VARCHAR NOT NULL,
  article_id UUID NOT NULL,
  report_id UUID NOT NULL,
  quote VARCHAR NOT NULL
);

CREATE TABLE deal_articles (
  deal_id VARCHAR NOT NULL,
  article_id UUID NOT NULL,
  report_id UUID,
  role VARCHAR NOT NULL,
  match_score DOUBLE NOT NULL,
  match_reason VARCHAR NOT NULL
);

CREATE TABLE deal_conflicts (
  deal_id VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  chosen BOOLEAN NOT NULL,
  outlet VARCHAR NOT NULL,
  article_id UUID NOT NULL,
  reported_at TIMESTAMPTZ NOT NULL,
  because VARCHAR NOT NULL
);

CREATE TABLE load_log (
  batch VARCHAR NOT NULL,
  loaded_at TIMESTAMPTZ NOT NULL,
  row_count BIGINT NOT NULL,
  bytes BIGINT NOT NULL
);

CREATE TABLE publication (
  number BIGINT NOT NULL,
  run_id VARCHAR,
  published_at TIMESTAMPTZ NOT NULL,
  batches BIGINT NOT NULL
);
