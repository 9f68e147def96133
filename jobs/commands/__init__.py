"""The commands, one file for each group; `jobs.cli` puts them together."""
