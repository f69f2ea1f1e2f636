"""Reports for people: tables, charts and their wording. Rounding happens here only."""
