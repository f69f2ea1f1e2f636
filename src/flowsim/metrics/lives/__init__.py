"""Lives: the rows of each client with the state after them, spells and waits."""
