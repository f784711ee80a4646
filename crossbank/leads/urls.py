"""Needs that another unit serves, handed on and thanked for."""

from django.urls import path

from crossbank.leads import lead_views, programme_views, views

app_name = "leads"
urlpatterns = [
    path("", views.leads, name="leads"),
    path("new/", views.new, name="new"),
    path("seen/", views.seen, name="seen"),
    path("units/", views.units, name="units"),
    path("units/<str:code>/", views.unit, name="unit"),
    path("programme/", programme_views.programme, name="programme"),
    path("programme/name/", programme_views.name, name="name"),
    path("<int:pk>/", lead_views.lead, name="lead"),
    path("<int:pk>/act/", lead_views.act, name="act"),
    path("<int:pk>/contact/", lead_views.contact, name="contact"),
]
