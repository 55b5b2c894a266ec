"""A stand-in for Athena and S3: a server on this machine that runs the SQL it is sent, on DuckDB.

It honours what the hub leans on and no more; each module says where its behaviour is taken from.
"""
