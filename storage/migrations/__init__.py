"""The history of the schema, one file per released revision."""
