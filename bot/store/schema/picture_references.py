"""Indexes for the daily look at what nobody needs any more, and for a grid's copies: none of them reads all rows."""

SCRIPT = """
-- Whether a row refers to a picture.
CREATE INDEX versions_by_picture ON versions(picture);
CREATE INDEX versions_by_mask ON versions(mask) WHERE mask IS NOT NULL;
CREATE INDEX versions_by_reference ON versions(reference) WHERE reference IS NOT NULL;
CREATE INDEX briefs_by_reference ON briefs(reference) WHERE reference IS NOT NULL;
CREATE INDEX markups_by_mask ON markups(mask);
CREATE INDEX products_by_cutout ON products(cutout);

-- What was let go, in that order.
CREATE INDEX pictures_gone ON pictures(gone_at, sha256) WHERE gone_at IS NOT NULL;
-- What waits in a channel.
CREATE INDEX budget_requests_open ON budget_requests(channel) WHERE state = 'open';
-- What guards against a second delivery, and messages' contents, by their age.
CREATE INDEX seen_events_by_time ON seen_events(at);
CREATE INDEX effects_updates ON effects(created_at) WHERE action = 'update';
-- Whether a summary refers to a message that is to be dropped.
CREATE INDEX summaries_by_effect ON summaries(effect) WHERE effect IS NOT NULL;
-- The messages that show a brief's grid.
CREATE INDEX effects_grids ON effects(json_extract(payload, '$.subject.brief'))
  WHERE action = 'post' AND json_extract(payload, '$.subject.role') = 'grid';
"""
