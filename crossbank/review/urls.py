"""What it adds up to."""

from django.urls import path

from crossbank.org import day_lines, switches
from crossbank.review import (
    evidence_views,
    export_views,
    goal_figures,
    goal_views,
    offer_views,
    partner_views,
    row_views,
    saved_views,
    views,
    week_views,
)

app_name = "review"
day_lines.add_source(switches.TEAM_GOALS, goal_figures.of_the_team)  # the desk draws My day
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
    path("goals/", goal_views.page, name="goals"),
    path("goals/new/", goal_views.new, name="goal_new"),
    path("goals/<int:pk>/", goal_views.goal, name="goal"),
    path("goals/<int:pk>/decide/", goal_views.decide, name="goal_decide"),
    path("goals/<int:pk>/withdraw/", goal_views.withdraw, name="goal_withdraw"),
]
