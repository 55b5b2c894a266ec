"""Damage planted on purpose, at known rates, and told in the truth: one module per group of kinds."""
