"""The store: the one folder that speaks SQL; rows become values here."""
