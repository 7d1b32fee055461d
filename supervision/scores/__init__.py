"""Scores of companies, trucks and drivers."""
