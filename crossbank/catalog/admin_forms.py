"""Forms of the back office for what is known of products."""

from typing import Any

from crossbank.catalog.models import Product
from crossbank.org.admin_forms import BackOfficeForm

# Which side of a pairing a choice asks for: only such products are found there.
SIDES = {"main": "is_main", "mains": "is_main", "crosses": "is_cross"}


class NeedForm(BackOfficeForm):
    """A need and the products that answer it, each on its side."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & SIDES.keys():
            on_side = Product.objects.filter(**{SIDES[name]: True})
            self.fields[name].queryset = on_side.order_by("code")
