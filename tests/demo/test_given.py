"""The demo's rights: given by what was said at a desk, never by a number that was only counted."""

import pytest

from crossbank.demo import given, history
from crossbank.desk.models import Consultation, IssuedRight, Redemption, Source

pytestmark = pytest.mark.django_db


def test_what_was_only_counted_gives_and_uses_no_right(march_bank, thursday) -> None:
    history.play(today=thursday, days_back=10, seed=1)
    desk = Consultation.objects.filter(source=Source.DESK)
    old = [row.pk for row in desk.filter(main_code="CRD-DEB")]
    Consultation.objects.filter(pk__in=old).update(source=Source.IMPORT)

    given.play(today=thursday, seed=1)

    assert old
    assert IssuedRight.objects.exists()
    for rows in (IssuedRight, Redemption):
        assert not rows.objects.filter(consultation__in=old).exists()
