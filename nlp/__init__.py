"""Language, mentions, sentiment and signals: text in, values out."""
