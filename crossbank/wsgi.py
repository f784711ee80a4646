"""The door for web servers: `granian --interface wsgi crossbank.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossbank.settings")
application = get_wsgi_application()
