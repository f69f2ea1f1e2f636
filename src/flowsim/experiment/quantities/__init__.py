"""The numbers for users: what each is, from what it is made, and what of it matters."""
