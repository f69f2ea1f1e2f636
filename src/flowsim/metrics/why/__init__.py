"""Why people wait: what is missing, and which option lacks least."""
