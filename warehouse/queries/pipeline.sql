-- The pipeline: deals and counted US dollars at each status, from rumour to operation, then those off the track.
SELECT status, deals, amount_usd, last_reported_at FROM deals_by_status ORDER BY stage NULLS LAST, status
