"""What a job is stands in a column of its own; until now it was told by which words its request held."""

SCRIPT = """
ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'draft'
  CHECK (kind IN ('draft', 'pro', 'fix', 'adjust', 'import', 'batch', 'product'));
UPDATE jobs SET kind = CASE
  WHEN tier = 'pro' THEN 'pro'
  WHEN json_extract(request, '$.adjust') THEN 'adjust'
  WHEN tier = 'fix' THEN 'fix'
  WHEN json_extract(request, '$.imported') IS NOT NULL THEN 'import'
  WHEN json_extract(request, '$.series') IS NOT NULL THEN 'batch'
  WHEN json_extract(request, '$.backgrounds') IS NOT NULL THEN 'product'
  ELSE 'draft' END;
"""
