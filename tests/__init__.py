"""The tests. A package, so that no other package of this name can come before it."""
