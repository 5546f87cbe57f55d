"""A template tag for Django: add "touchstone.django" to INSTALLED_APPS."""
