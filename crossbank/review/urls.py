"""What it adds up to."""

from django.urls import path

from crossbank.review import evidence_views, views

app_name = "review"
urlpatterns = [
    path("", views.review, name="review"),
    path("evidence/", evidence_views.page, name="evidence"),
    path("evidence/decide/", evidence_views.decide, name="evidence_decide"),
]
