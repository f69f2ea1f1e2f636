"""What there is at an instant: the agenda, pools, clients, and the rows written so far."""
