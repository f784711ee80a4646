"""The browsable shelf: one knowledge card per product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from crossbank.catalog.models import Product
from crossbank.org.access import EVERYONE, requires


@requires(*EVERYONE)
@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(get_object_or_404(Product, code=code).name)
