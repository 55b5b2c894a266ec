"""An app that only tests install: one entity for the import under strain."""
