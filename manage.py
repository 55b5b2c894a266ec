#!/usr/bin/env python
"""The command line of the hub: `python manage.py help`."""

import json
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--json" in sys.argv:
            message, _, hint = str(error).partition(" | ")
            print(json.dumps({"status": "failed", "error": message, "hint": hint}))
            sys.exit(1)
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
