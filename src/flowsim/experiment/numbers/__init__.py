"""What runs brought as arrays: by year, and the waits of some people."""
