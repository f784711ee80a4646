"""The panel that is drawn alone reads only its own offers, and shows what all panels show."""

from crossbank.desk.panels import Panel
from crossbank.offers import services as offers


def shown(panel: Panel) -> list[tuple[str, str]]:
    line = [panel.offer_line] if panel.offer_line else []
    found = [*panel.drawn, *line]
    return [(card.code, card.offer.code if card.offer else "") for card in found]


def test_panel_alone_shows_the_offers_of_all_panels(sign_in) -> None:
    seller = sign_in("seller")

    together = {p.main.code: shown(p) for p in seller.get("/desk/panels/").context["panels"]}
    alone = {code: shown(seller.get(f"/desk/{code}/").context["panel"]) for code in together}

    assert alone == together
    assert [code for cards in together.values() for _, code in cards if code] != []


def test_only_the_offers_beside_one_main_are_read(bank) -> None:
    everything = offers.all_terms()
    beside = {pk: terms for pk, terms in everything.items() if "ACC-SAL" in terms.mains}

    assert offers.terms_beside("ACC-SAL") == beside
    assert 0 < len(beside) < len(everything)
