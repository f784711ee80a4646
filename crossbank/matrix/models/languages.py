"""What a pair says in languages other than the bank's.

A row keeps {language: {field: text}}, forms and the grid name one text “say@ru”, an edition holds
it as “ru say=…”.
"""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from crossbank.engine.terms import TEXTS
from crossbank.web.text import clean_text

Words = dict[str, dict[str, str]]


def languages() -> dict[str, str | Promise]:
    """The languages a text may be in beside the bank's own, by code, with their names."""
    return {code: name for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE}


def text_names(model: type[models.Model]) -> tuple[str, ...]:
    """The fields of a model that may be said in other languages."""
    known = {field.name for field in model._meta.get_fields()}
    return tuple(name for name in TEXTS if name in known)


def names(model: type[models.Model], language: str) -> tuple[str, ...]:
    return tuple(f"{name}@{language}" for name in text_names(model))


def every_name(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(name for language in languages() for name in names(model, language))


def label(model: type[models.Model], name: str) -> Promise:
    """“say (Russian)”."""
    field, _sign, language = name.partition("@")
    in_words = languages().get(language, language)
    return format_lazy("{} ({})", model._meta.get_field(field).verbose_name, in_words)


def flat(words: Words) -> dict[str, str]:
    """Every text by its name, in one order."""
    return {
        f"{field}@{language}": text
        for language, said in sorted(words.items())
        for field, text in sorted(said.items())
    }


def nested(texts: Mapping[str, str]) -> Words:
    """The texts with a language among these, as a row keeps them."""
    words: Words = {}
    for name, text in texts.items():
        field, _sign, language = name.partition("@")
        if language and text:
            words.setdefault(language, {})[field] = text
    return words


def entries(words: Words) -> tuple[str, ...]:
    """As an edition holds them."""
    return tuple(
        sorted(
            f"{lang} {name}={text}" for lang, said in words.items() for name, text in said.items()
        )
    )


def of_entries(said: Iterable[str]) -> Words:
    """An edition's texts as a row keeps them."""
    parts = (entry.partition("=") for entry in said)
    return nested({"@".join(name.split(" ")[::-1]): text for name, _sign, text in parts})


def clean_words(row: models.Model) -> None:
    """This will tidy what a row says in other languages. Raises ValidationError, text by text."""
    problems: dict[str, list[ValidationError]] = {}
    texts: dict[str, str] = {}
    for name, text in _listed(row):
        try:
            texts[name] = clean_text(text)
            row._meta.get_field(name.partition("@")[0]).run_validators(texts[name])
        except ValidationError as problem:
            problems[name] = [problem]
    if problems:
        raise ValidationError(problems)
    row.words = nested(texts)


def _listed(row: models.Model) -> list[tuple[str, str]]:
    """Raises ValidationError for what no form sends: another shape, language or field."""
    words = row.words
    if not isinstance(words, dict) or not all(isinstance(said, dict) for said in words.values()):
        raise ValidationError({"words": _("Texts stand by language and field.")})
    listed = [
        (f"{name}@{code}", text) for code, said in words.items() for name, text in said.items()
    ]
    for name, text in listed:
        if name not in every_name(type(row)) or not isinstance(text, str):
            wrong = _("There is no text “%(name)s” here.") % {"name": ascii(name)[1:-1][:40]}
            raise ValidationError({"words": wrong})
    return listed
