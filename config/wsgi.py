"""The application as a web server calls it.

Python looks for cycles after every 700 new objects that live, which is several times a request, and
from time to time through all objects of the process. What was loaded at the start stays, so it is
left out, and the rest is looked at less often: a request leaves hardly a cycle behind.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application

from core.whole_bodies import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = whole_bodies(get_wsgi_application())
gc.freeze()
gc.set_threshold(10_000, 20, 20)
