"""Values, errors, settings and the clock: what every other folder may import."""
