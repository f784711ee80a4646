"""Three questions for the customer who was just served, on the turned screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crossbank.desk.customer_views import latest
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import while_on
from crossbank.voice import questions, survey
from crossbank.voice.views import shut


@requires(*FRONT)
@require_http_methods(["GET", "HEAD", "POST"])
@while_on(switches.SURVEY)
def turned(request: HttpRequest) -> HttpResponse:
    """The first question. It comes as the answer to a POST, because its token is made for it and
    stands in no address; opened by itself the page has a button for that."""
    record = latest(request.user)
    if request.method != "POST" or record is None:
        return render(request, "voice/turned.html", {"record": record})
    first = record.chain()[-1]  # corrected since, it is the same conversation
    try:
        token = survey.issue(
            conversation=f"{first.pk} {first.uuid}",
            branch=record.branch,
            main=record.main_code,
            presented=record.items.values_list("product_code", flat=True),
            day=record.business_date,
            at=timezone.now(),
        )
    except survey.Answered as answered:
        return shut(request, answered)
    context = questions.page(token, address=reverse("voice:answers"), given={}, is_turned=True)
    return render(request, "voice/question.html", context)
