"""A very small bank, people of every role, and forms read from the page as a browser would."""

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from crossbank.catalog.models import Bundle, Family, Need, Partner, PartnerBenefit, Product
from crossbank.conduct.models import PhraseOverride, PhraseRule
from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.kept.models import Outcome
from crossbank.matrix import reviews
from crossbank.matrix.models import (
    BasketRule,
    Edition,
    EditionReview,
    Pairing,
    PairingRule,
    SeasonalPick,
)
from crossbank.matrix.services import publish_edition
from crossbank.offers.models import Offer
from crossbank.org import switches
from crossbank.org.models import Branch, Region, User
from crossbank.review.models import Goal

LONG_AGO = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)


def make_branch(*, code: str = "B01", time_zone: str = "Europe/Berlin") -> Branch:
    region, _new = Region.objects.get_or_create(code="R-NORTH", defaults={"name": "North"})
    branch, _new = Branch.objects.get_or_create(
        code=code, defaults={"name": "Harbour", "region": region, "time_zone": time_zone}
    )
    return branch


def make_person(*, username: str, role: str = "seller", **fields) -> User:
    branch = make_branch()
    return User.objects.create_user(
        username,
        password="a-long-password",
        role=role,
        branch=branch,
        region=branch.region,
        **fields,
    )


def make_product(*, code: str, is_main: bool = False, is_cross: bool = True, **fields) -> Product:
    family, _new = Family.objects.get_or_create(code="CARDS", defaults={"name": "Cards"})
    question = "What is it for?" if is_main else ""
    defaults = {"name": f"Product {code}", "family": family, "purpose_question": question}
    return Product.objects.create(
        code=code, is_main=is_main, is_cross=is_cross, **{**defaults, **fields}
    )


def make_pairing(*, main: Product, cross: Product, rating: str = "good", **fields) -> Pairing:
    instead = "Something else" if rating == "not_allowed" else ""
    defaults = {"reason": "They fit", "instead": instead}
    return Pairing.objects.create(main=main, cross=cross, rating=rating, **{**defaults, **fields})


def make_offer(*, code: str, cross: Product, mains: list[Product], **fields) -> Offer:
    """A draft: `tests.released.release` makes it hold."""
    defaults = {
        "name": f"Offer {code}",
        "kind": "time_limited",
        "benefit_type": "text",
        "benefit_text": "A gift",
        "window": "consultation",
        "priority": 10,
    }
    offer = Offer.objects.create(code=code, cross=cross, **{**defaults, **fields})
    offer.mains.set(mains)
    return offer


def make_bundle(*, code: str = "BUN", parts: list[Product], **fields) -> Bundle:
    defaults = {"name": "Both", "price_minor": 100, "price_text": "1.00 a month for both"}
    bundle = Bundle.objects.create(code=code, **{**defaults, **fields})
    bundle.parts.set(parts)
    return bundle


def make_benefit(*, code: str = "BEN", mains: list[Product], **fields) -> PartnerBenefit:
    partner, _ = Partner.objects.get_or_create(code="PUMP", defaults={"name": "Pump"})
    defaults = {"partner": partner, "name": "Cheap fuel", "text": "3 cents less per litre."}
    benefit = PartnerBenefit.objects.create(code=code, **{**defaults, **fields})
    benefit.mains.set(mains)
    return benefit


def make_season(*, cross: Product, **fields) -> SeasonalPick:
    defaults = {"from_on": date(2026, 12, 1), "until_on": date(2026, 12, 25), "reason": "Winter"}
    return SeasonalPick.objects.create(cross=cross, **{**defaults, **fields})


def make_review(*, note: str = "Cards first") -> EditionReview:
    """ACC with CRD becomes strong, and the first author submits it."""
    Pairing.objects.filter(main__code="ACC", cross__code="CRD").update(rating="strong")
    author = User.objects.get(username="first-author")
    return reviews.submit_for_review(note=note, at=timezone.now(), by=author)


def make_rule(*, code: str = "OWN-1", **fields) -> PhraseRule:
    defaults = {
        "language": "en",
        "kind": "tying",
        "severity": "severe",
        "patterns": "house bank",
        "better": "Speak of the product.",
    }
    return PhraseRule.objects.create(code=code, **{**defaults, **fields})


def make_override(*, by: User, **fields) -> PhraseOverride:
    defaults = {
        "digest": "0" * 64,
        "rule_code": "EN-FREE",
        "place": "product CRD say",
        "words": "It is free.",
        "reason": "The law asks for these words",
        "at": LONG_AGO,
    }
    return PhraseOverride.objects.create(by=by, **{**defaults, **fields})


def make_outcome(*, main: Product, cross: Product, by: User, note: str = "") -> Outcome:
    """A product taken long ago, which the customer still has."""
    day = LONG_AGO.date()
    record = Consultation.objects.create(
        uuid=uuid4(), employee=by, entered_by=by, branch=by.branch, business_date=day,
        recorded_at=LONG_AGO, received_at=LONG_AGO, main=main, main_code=main.code,
        main_name=main.name, edition=Edition.objects.latest("pk"), bucket="plus_one", depth=1,
    )  # fmt: skip
    item = ConsultationItem.objects.create(
        consultation=record, product=cross, product_code=cross.code, product_name=cross.name,
        response="accepted",
    )  # fmt: skip
    return Outcome.objects.create(
        item=item, branch=item.consultation.branch, sold_on=item.consultation.business_date, mark="open", on=day + timedelta(days=95), age=95, source="hand", by=by,
        at=LONG_AGO, note=note,
    )  # fmt: skip


def make_goal(*, by: User, reason: str = "Fair") -> Goal:
    """A goal of a branch that waits for an answer."""
    day = LONG_AGO.date()
    return Goal.objects.create(
        branch=by.branch, measure="coverage", least=60, since=day, until=day + timedelta(days=30),
        reason=reason, proposed_by=by, proposed_at=LONG_AGO,
    )  # fmt: skip


class _FormReader(HTMLParser):
    """The fields of one form with the values that a browser would send unchanged."""

    def __init__(self, html: str, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.data: dict[str, list[str]] = {}
        self.name = self.kind = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form
        if not self.inside or "disabled" in given:
            return
        if tag == "input":
            self._input(given)
        elif tag in {"select", "textarea"}:
            self.name, self.kind = given["name"], tag
            if tag == "textarea":
                self.data[self.name] = [""]
        elif tag == "option" and "selected" in given:
            self.data.setdefault(self.name, []).append(given["value"])

    def _input(self, given):
        kind, name = given.get("type", "text"), given.get("name")
        is_button = kind in {"submit", "button", "reset"}
        is_empty = kind in {"checkbox", "radio"} and "checked" not in given
        if name and not is_button and not is_empty:
            unset = "on" if kind in {"checkbox", "radio"} else ""
            self.data.setdefault(name, []).append(given.get("value", unset))

    def handle_endtag(self, tag):
        if tag == self.kind:
            self.name = self.kind = ""
        if tag == "form":
            self.inside = False

    def handle_data(self, data):
        if self.inside and self.kind == "textarea":
            self.data[self.name] = [(self.data[self.name][0] + data).removeprefix("\n")]


def read_form(html: str, form: str) -> dict[str, list[str]]:
    return _FormReader(html, form).data


def save(client: Client, address: str, **changes):
    """Open the form at an address, change some fields, send it as the page would."""
    page = client.get(address)
    model = address.strip("/").split("/")[2]
    data = read_form(page.content.decode(), f"{model}_form")
    data.pop("csrfmiddlewaretoken", None)
    return client.post(address, {**data, **changes})


@pytest.fixture
def enter(db):
    """role -> a client signed in as a person of that role."""

    def entered(role: str, **fields) -> Client:
        username = fields.pop("username", f"{role}-person")
        person = User.objects.filter(username=username).first()
        client = Client()
        client.force_login(person or make_person(username=username, role=role, **fields))
        return client

    return entered


@pytest.fixture
def alone(db) -> None:
    """A bank that does without a second pair of eyes."""
    switches.turn(key=switches.FOUR_EYES, on=False, at=LONG_AGO, by="admin")


@pytest.fixture
def shelf(db) -> dict[str, Product]:
    """ACC and LON are main products; three crosses; a published first edition says they fit."""
    products = {
        "ACC": make_product(code="ACC", is_main=True, is_cross=False),
        "LON": make_product(code="LON", is_main=True, is_cross=False),
        "CRD": make_product(code="CRD"),
        "APP": make_product(code="APP"),
        "SAV": make_product(code="SAV"),
    }
    for cross in ("CRD", "APP", "SAV"):
        make_pairing(main=products["ACC"], cross=products[cross])
        make_pairing(main=products["LON"], cross=products[cross])
    need = Need.objects.create(code="PAY", name="Pay", question="How do you pay?")
    need.mains.set([products["ACC"]])
    rule = BasketRule.objects.create(code="BR-1", kind="excludes", message="Not both")
    rule.subjects.set([products["CRD"]])
    rule.others.set([products["SAV"]])
    paused = PairingRule.objects.create(code="PR-1", rating="good", reason="Fits", is_active=False)
    paused.target_products.set([products["CRD"]])
    author = make_person(username="first-author", role="owner")
    approver = make_person(username="first-approver", role="owner")
    publish_edition(note="First", approver=approver, at=LONG_AGO, by=author)
    return products
