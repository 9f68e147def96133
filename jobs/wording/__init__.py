"""French and English for people: numbers, dates, sentences, and text made harmless."""
