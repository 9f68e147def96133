"""Feeds: bytes from publishers to articles, and what to do with each."""
