"""A small Django project for examples: `from shop.models import Book` finds tables with rows."""

import os

import django
from django.apps import apps
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django.setup()
with connection.schema_editor() as editor:
    for model in apps.get_models():
        editor.create_model(model)

from shop.models import Author, Book  # noqa: E402  (models need what is set up above)

austen = Author.objects.create(name="Austen")
woolf = Author.objects.create(name="Woolf")
Book.objects.create(title="Emma", author=austen, pages=474)
Book.objects.create(title="Persuasion", author=austen, pages=249)
Book.objects.create(title="Orlando", author=woolf, pages=333)
