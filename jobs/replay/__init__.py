"""Replay a stretch of news in simulated time, through the code of the daemon."""
