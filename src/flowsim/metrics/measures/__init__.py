"""The measures, a file for each topic: what each is stands above the function that counts it."""
