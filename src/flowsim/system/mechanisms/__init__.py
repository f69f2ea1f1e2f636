"""What happens to clients: a module a mechanism, each over state and waiting, none over another."""
