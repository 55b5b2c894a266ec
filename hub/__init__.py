"""The foundation: settings, errors, clock, ids, canonical form, identifiers and the registries. No models."""

import pymysql

# Django's MySQL back end asks for MySQLdb; PyMySQL stands in for it before any back end loads.
pymysql.install_as_MySQLdb()
