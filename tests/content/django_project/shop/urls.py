"""The addresses of the examples' project."""

urlpatterns: list = []
