"""What became of what was sold. Its figures are the review's."""

from django.urls import path

from crossbank.kept import import_views, views

app_name = "kept"
urlpatterns = [
    path("", views.kept, name="kept"),
    path("import/", import_views.page, name="import"),
    path("import/template/", import_views.template, name="template"),
    path("<int:pk>/", views.sale, name="sale"),
]
