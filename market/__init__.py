"""Prices, sessions and statistics: arrays in, results out."""
