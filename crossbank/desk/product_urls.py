"""Knowledge cards: addressed as the catalogue's, told by the room that may read matrix and offers."""

from django.urls import path

from crossbank.desk import knowledge

app_name = "catalog"
urlpatterns = [
    path("<str:code>/", knowledge.product, name="product"),
]
