"""Composition: the one folder that sees the others."""
