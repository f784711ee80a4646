"""What it adds up to."""

from django.urls import path

from crossbank.review import (
    evidence_views,
    export_views,
    offer_views,
    partner_views,
    row_views,
    saved_views,
    views,
    week_views,
)

app_name = "review"
urlpatterns = [
    path("", views.review, name="review"),
    path("table/", views.table, name="table"),
    path("conversions/", views.conversions, name="conversions"),
    path("rows/", row_views.page, name="rows"),
    path("uses/", offer_views.page, name="offers"),
    path("partners/", partner_views.page, name="partners"),
    path("week/", week_views.page, name="week"),
    path("views/", saved_views.page, name="views"),
    path("views/<int:pk>/", saved_views.change, name="view"),
    path("views/<int:pk>/remove/", saved_views.remove, name="view_remove"),
    path("exports/", export_views.page, name="exports"),
    path("exports/<int:pk>/cancel/", export_views.cancel, name="export_cancel"),
    path("exports/<int:pk>/file/", export_views.file, name="export_file"),
    path("evidence/", evidence_views.page, name="evidence"),
    path("evidence/decide/", evidence_views.decide, name="evidence_decide"),
]
