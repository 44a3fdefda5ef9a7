"""The WSGI entry point; production names its settings in DJANGO_SETTINGS_MODULE."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allay_web.settings.prod")
application = get_wsgi_application()
