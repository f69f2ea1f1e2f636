"""Tables of estimates: what results say."""
