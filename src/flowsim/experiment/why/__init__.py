"""Why two scenarios differ: where futures part, who wins and loses, and one more of each."""
