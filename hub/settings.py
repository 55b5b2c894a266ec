"""Django's settings, read from the environment and `.env` through one door."""

from __future__ import annotations

import base64
import logging
import os
import sys
from collections.abc import Collection
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

from hub.addresses import DATABASE_EXAMPLE, parse_database, parse_lake
from hub.errors import ConfigError

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules
if not TESTING:  # what one developer has in .env must not bend a test
    try:
        load_dotenv(BASE_DIR / ".env")
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f".env cannot be read ({type(error).__name__}) | who may read it?"
        ) from None


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def whole_number(name: str, default: int) -> int:
    text = env(name, str(default))
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ImproperlyConfigured(
            f"{name} is {text!r} | write a whole number from 1 on, e.g. {name}={default}"
        )
    return int(text)


def one_of(name: str, default: str, known: Collection[str]) -> str:
    text = env(name, default)
    if text not in known:
        raise ImproperlyConfigured(f"{name} is {text!r}, which is not known | write e.g. {name}={default}")
    return text


def time_zone(name: str) -> str:
    text = env(name, "UTC")
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):  # no such zone; no name of one; a folder of zones
        raise ImproperlyConfigured(f"{name} is {text!r} | write e.g. {name}=Europe/Berlin") from None


def flag(name: str) -> bool:
    return env(name).lower() in {"1", "true", "yes", "on"}


def secret(name: str) -> str:
    """A secret from the environment; a fixed stand-in only in demo mode and under test."""
    if value := env(name):
        return value
    if DEMO or TESTING:
        return f"not-a-secret-{name.lower()}"
    raise ImproperlyConfigured(
        f"{name} is not set | where there is no .env yet, make setup writes one; else put a long random text there"
    )


def key_bytes(name: str) -> bytes:
    """A 32-byte key, whatever the length of the text it is given as."""
    text = secret(name)
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raw = b""
    return raw if len(raw) == 32 else blake2b(text.encode(), digest_size=32).digest()


DEMO = flag("HUB_DEMO")
DEBUG = flag("HUB_DEBUG")
SECRET_KEY = secret("HUB_SECRET_KEY")
HUB_DIGEST_KEYS = {1: key_bytes("HUB_DIGEST_KEY")}
HUB_MASTER_KEYS = {1: key_bytes("HUB_MASTER_KEY")}
ALLOWED_HOSTS = env("HUB_ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")

try:
    DATABASES = {"default": parse_database(env("DATABASE_URL", "sqlite:///var/hub.sqlite3"), BASE_DIR)}
    LAKE = parse_lake(env("LAKE_URL", "duckdb:///var/lake"), BASE_DIR)
    if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
except ConfigError as error:
    raise ImproperlyConfigured(error.in_one_line) from None
except (OSError, ValueError) as error:  # a ValueError where the path holds a null byte
    raise ImproperlyConfigured(f"the folder of DATABASE_URL: {error} | {DATABASE_EXAMPLE}") from None

HUB_SOURCES_DIR = str(BASE_DIR / folder) if (folder := env("HUB_SOURCES_DIR")) else ""
HUB_DUCKDB_MEMORY = env("HUB_DUCKDB_MEMORY", "256MB")
HUB_DUCKDB_THREADS = whole_number("HUB_DUCKDB_THREADS", 2)
HUB_ATHENA_READ = one_of("HUB_ATHENA_READ", "auto", ("auto", "results", "pages", "unload"))
HUB_ATHENA_TEXT = one_of("HUB_ATHENA_TEXT", "rows", ("rows", "lines"))
HUB_ATHENA_UNLOAD_FROM = whole_number("HUB_ATHENA_UNLOAD_FROM", 256 << 20)
HUB_ATHENA_BUDGET = whole_number("HUB_ATHENA_BUDGET", 10**12)
HUB_ATHENA_PRICE_CENTS = whole_number("HUB_ATHENA_PRICE_CENTS", 500)
HUB_ATHENA_TIMEOUT = whole_number("HUB_ATHENA_TIMEOUT", 1800)
HUB_ATHENA_POLL_MS = whole_number("HUB_ATHENA_POLL_MS", 1000)
HUB_ATHENA_LAG_DAYS = whole_number("HUB_ATHENA_LAG_DAYS", 7)
HUB_DELIVERY_ALLOW_PRIVATE = flag("HUB_DELIVERY_ALLOW_PRIVATE")
HUB_DELIVERY_CA_FILE = env("HUB_DELIVERY_CA_FILE")
HUB_DELIVERY_CLAIM_SECONDS = whole_number("HUB_DELIVERY_CLAIM_SECONDS", 30)
HUB_DELIVERY_FOLDER = str(BASE_DIR / env("HUB_DELIVERY_FOLDER", "var/delivered"))
HUB_DELIVERY_KEEP_DAYS = whole_number("HUB_DELIVERY_KEEP_DAYS", 30)

INSTALLED_APPS = [
    "hub",  # first: its templates take precedence over unfold's
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "audit",
    "pipelines.engine",
    "pipelines.delivery",
    "pipelines.billing",
    "pipelines.orders",
    "pipelines.sample",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "audit.middleware.RequestContextMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = time_zone("HUB_TIME_ZONE")
USE_TZ = True
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a folder that is not there
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
if not (DEBUG or DEMO or TESTING):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

UNFOLD = {
    "SITE_TITLE": "Subscription Data Hub",
    "SITE_HEADER": "Subscription Data Hub",
    "SITE_SYMBOL": "hub",
    "SHOW_HISTORY": True,
    "DASHBOARD_CALLBACK": "hub.cards.dashboard",
    "SHOW_VIEW_ON_SITE": False,
    "SITE_URL": None,  # there is no site but the admin
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "hub.navigation.sections"},
    "COLORS": {
        "primary": {
            "50": "240 249 255", "100": "224 242 254", "200": "186 230 253", "300": "125 211 252",
            "400": "56 189 248", "500": "14 165 233", "600": "2 132 199", "700": "3 105 161",
            "800": "7 89 133", "900": "12 74 110", "950": "8 47 73",
        }
    },
}  # fmt: skip

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": one_of("HUB_LOG_LEVEL", "INFO", logging.getLevelNamesMapping()),
    },
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # It logs every failed call with its trace before it raises; the run tells the same in one line.
        "pyathena": {"handlers": [], "level": "CRITICAL"},
        # They log every request with its whole address; the receipts tell what is of use of it.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}
