"""What hangs on guesses: draws that fit today, run and told apart from chance."""
