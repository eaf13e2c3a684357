"""Tables and columns get the names that the code uses: an event's id, a payload, a request."""

SCRIPT = """
ALTER TABLE deliveries RENAME TO seen_events;
ALTER TABLE errands RENAME TO background_jobs;
ALTER TABLE background_jobs RENAME COLUMN wish TO payload;
ALTER TABLE background_jobs RENAME COLUMN delivery TO event_id;
ALTER TABLE wants RENAME TO refused_requests;
ALTER TABLE refused_requests RENAME COLUMN wish TO payload;
ALTER TABLE pleas RENAME TO budget_requests;
ALTER TABLE budget_requests RENAME COLUMN wish TO payload;
ALTER TABLE briefs RENAME COLUMN told TO changes;
ALTER TABLE markups RENAME COLUMN delivery TO event_id;
ALTER TABLE series RENAME COLUMN delivery TO event_id;
ALTER TABLE products RENAME COLUMN delivery TO event_id;
ALTER TABLE backgrounds RENAME COLUMN delivery TO event_id;
"""
