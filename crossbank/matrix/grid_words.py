"""What the grid editor's script says, in the language of the request. {names} are filled there."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from crossbank.matrix.grid import DERIVED
from crossbank.matrix.grid_table import LETTERS, ORIGINS, STEP_UP_SIGN, sign
from crossbank.matrix.models import Rating

_SENTENCES: dict[str, Promise] = {
    "same": gettext_lazy("the same product"),
    "cell": gettext_lazy("{cross} beside {main}: {rating}"),
    "pair": gettext_lazy("{main} → {cross}"),
    "isUnsaved": gettext_lazy("not saved"),
    "needsReason": gettext_lazy("say why"),
    "isRefused": gettext_lazy("refused"),
    "unsaved": gettext_lazy("Unsaved: {count}"),
    "withoutReason": gettext_lazy("Without a reason: {count}"),
    "noUnsaved": gettext_lazy("Everything is saved."),
    "saving": gettext_lazy("Saving…"),
    "saved": gettext_lazy("Saved: {count}."),
    "savedPart": gettext_lazy("Saved: {count}. Not saved: {left}; the list says why."),
    "noAnswer": gettext_lazy("No answer from the server. Nothing you entered is lost; save again."),
    "signedOut": gettext_lazy(
        "You are signed out. Sign in on another tab, then save again; nothing is lost."
    ),
    "undone": gettext_lazy("Undone."),
    "nothingToUndo": gettext_lazy("There is nothing to undo."),
    "stepUpFixed": gettext_lazy("{pair} names a better main product; open its own page."),
    "inheritedFixed": gettext_lazy(
        "{pair} comes from the row of another product: give it a rating."
    ),
    "copied": gettext_lazy("Copied: {rows} × {columns}."),
    "pasted": gettext_lazy("Pasted: {count} changed, {gone} of them taken out."),
    "pasteUnknown": gettext_lazy(
        "Nothing was pasted. {pair}: “{text}” is no rating. Use s, g, p, x."
    ),
    "pasteUnknownMore": gettext_lazy("And {count} more."),
    "pasteTooBig": gettext_lazy(
        "Nothing was pasted. The block has {rows} × {columns} cells; here is room for "
        "{roomRows} × {roomColumns}."
    ),
    "pasteFixed": gettext_lazy("Nothing was pasted. {pair} cannot be rated here."),
    "meanwhile": gettext_lazy("Meanwhile: {theirs}"),
    "yours": gettext_lazy("Yours: {mine}"),
    "takeTheirs": gettext_lazy("Take theirs"),
    "keepMine": gettext_lazy("Keep mine"),
    "goToCell": gettext_lazy("Go to the cell"),
    "manyCells": gettext_lazy("{count} cells: what you enter here goes to all that are rated"),
    "noCell": gettext_lazy("This cell could not be read. Try again."),
}


def script_words() -> dict[str, Any]:
    return {
        "ratings": {LETTERS[r.value]: str(r.label) for r in Rating} | {"": str(ORIGINS[""])},
        "signs": {LETTERS[r.value]: sign(r.value) for r in Rating} | {"": ""},
        "stepUp": STEP_UP_SIGN,
        "values": {letter: rating for rating, letter in LETTERS.items()} | {"": ""},
        "origins": {name: str(words) for name, words in ORIGINS.items()},
        "derived": sorted(DERIVED),
        **{name: str(words) for name, words in _SENTENCES.items()},
    }
