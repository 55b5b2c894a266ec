"""Mend rows whose cells do not stand in their columns, where one reading is clearly right; else say why not. Pure.

A suspect row is cut into pieces (`pieces`), every way to hand them out to the columns is priced (`alignment`)
and the cheapest is taken if it is clearly cheaper than any that gives another row (`judging`). Source of the
rules and prices: docs/explanation/repair.md.
"""
