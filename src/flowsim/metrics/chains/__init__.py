"""Blocking chains: who holds what others wait for, and where it ends."""
