"""One settings file, read from the environment; insecure values only with DEBUG or in the demo."""

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crossbank import environment
from crossbank.environment import BASE, VAR

_read = environment.Reader(environment.values())

try:
    DEBUG = _read.flag("DEBUG", default=False)
    HTTPS = _read.flag("HTTPS", default=True)
    SECRET_KEY = _read.text(
        "SECRET_KEY",
        "insecure-only-while-debugging" if DEBUG else None,
        hint="It signs sessions: 50 random characters, different for every installation.",
    )
    REFERENCE_KEY = _read.text(
        "REFERENCE_KEY",
        "insecure-only-while-debugging" if DEBUG else None,
        hint="Customer references are stored only as a hash keyed with it: 32 random characters.",
    )
    ALLOWED_HOSTS = _read.items("ALLOWED_HOSTS", "localhost,127.0.0.1" if DEBUG else "")
    if not ALLOWED_HOSTS:
        raise environment.MissingSetting(
            "ALLOWED_HOSTS is not set. Name the host names people type, separated by commas."
        )
    TIME_ZONE = environment.time_zone(_read.text("TIME_ZONE", "UTC"))
    DATABASES = {
        "default": environment.database(
            _read.text("DATABASE_URL", "sqlite:///var/crossbank.sqlite3")
        )
    }
    CONTACT_DAYS = _read.days("CONTACT_DAYS", default=30)  # after its end a call's number is erased
    OVERDUE_DAYS = _read.days("OVERDUE_DAYS", default=30, least=1)  # then a call was never made
    QUIET_DAYS = _read.days("QUIET_DAYS", default=90)  # so long is a refused product not brought up
    _mail = environment.mail(_read.text("EMAIL_URL", ""))
    DEFAULT_FROM_EMAIL = _read.text(
        "EMAIL_FROM",
        None if _mail.host else "crossbank@localhost",
        hint="It is the address that mails come from, for example crossbank@bank.example.",
    )
except environment.MissingSetting as missing:
    raise ImproperlyConfigured(str(missing)) from None

CSRF_TRUSTED_ORIGINS = _read.items("CSRF_TRUSTED_ORIGINS")
CURRENCY = _read.text("CURRENCY", "CU")
CURRENCY_DIGITS = 2
# https://… under which customers reach this server; empty: no page without signing in, no QR code
PUBLIC_ADDRESS = _read.text("PUBLIC_ADDRESS", "")
# https://… under which staff reach it, for links in mails; empty: mails without links
STAFF_ADDRESS = _read.text("STAFF_ADDRESS", PUBLIC_ADDRESS)
SHEET_DAYS = 30  # a desk sheet on paper is never used longer

# long exports lie here for a day; every web server of the bank must see the same folder
EXPORT_DIR = BASE / _read.text("EXPORT_DIR", "var/exports")

# without a mail server nothing is sent: the command says so, and while debugging mails are printed
SENDS_MAIL = bool(_mail.host) or DEBUG
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.host else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.use_tls, _mail.use_ssl
EMAIL_TIMEOUT = 30

VAR.mkdir(exist_ok=True)

INSTALLED_APPS = [
    "crossbank.apps.CrossbankAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "lucide",
    "crossbank.web",
    "crossbank.org",
    "crossbank.catalog",
    "crossbank.conduct",
    "crossbank.matrix",
    "crossbank.offers",
    "crossbank.calls",
    "crossbank.leads",
    "crossbank.voice",
    "crossbank.desk",
    "crossbank.training",
    "crossbank.kept",
    "crossbank.review",
    "crossbank.demo",
]

MIDDLEWARE = [
    "crossbank.web.middleware.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crossbank.org.middleware.SignedInMiddleware",
    "crossbank.org.middleware.preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "crossbank.web.middleware.no_bare_405",
]

ROOT_URLCONF = "crossbank.urls"
WSGI_APPLICATION = "crossbank.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crossbank.org.context.page",
                "crossbank.conduct.context.demo",
            ],
            "builtins": ["crossbank.web.templatetags.house", "lucide.templatetags.lucide"],
        },
    },
]

AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "crossbank.org.backends.PeopleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "crossbank.org.passwords.ContextWordsValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "crossbank.org.views.locked"
AXES_SENSITIVE_PARAMETERS: list[str] = []
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("ru", _("Russian")),
    ("el", _("Greek")),
    ("th", _("Thai")),
    ("zh-hans", _("Chinese (simplified)")),
]
LOCALE_PATHS = [BASE / "crossbank" / "locale"]
FORMAT_MODULE_PATH = ["crossbank.web.formats"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(
    exist_ok=True
)  # the server warns about a missing folder, even before collectstatic
STATICFILES_DIRS = [BASE / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "crossbank.vendor.WheelFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "crossbank.web.assets.Storage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}

# what people send is never written to a disk, whatever it holds: the largest workbook fits
FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

CSRF_FAILURE_VIEW = "crossbank.web.answers.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
}
if HTTPS:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
