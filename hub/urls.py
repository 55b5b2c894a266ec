"""Everything under one roof: the admin is the product's front door."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url=static("hub/icon.svg"))),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
