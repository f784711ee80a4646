"""What the grid editor's script says, in the language of the request. {names} are filled there."""

from typing import Any

from django.utils.translation import gettext as _

from crossbank.matrix.grid_table import LETTERS, ORIGINS, STEP_UP_SIGN, sign
from crossbank.matrix.models import Rating


def script_words() -> dict[str, Any]:
    return {
        "ratings": {LETTERS[r.value]: str(r.label) for r in Rating} | {"": str(ORIGINS[""])},
        "signs": {LETTERS[r.value]: sign(r.value) for r in Rating} | {"": ""},
        "stepUp": STEP_UP_SIGN,
        "values": {letter: rating for rating, letter in LETTERS.items()} | {"": ""},
        "origins": {name: str(words) for name, words in ORIGINS.items()},
        "same": _("the same product"),
        "cell": _("{cross} beside {main}: {rating}"),
        "pair": _("{main} → {cross}"),
        "isUnsaved": _("not saved"),
        "needsReason": _("say why"),
        "isRefused": _("refused"),
        "unsaved": _("Unsaved: {count}"),
        "withoutReason": _("Without a reason: {count}"),
        "noUnsaved": _("Everything is saved."),
        "saving": _("Saving…"),
        "saved": _("Saved: {count}."),
        "savedPart": _("Saved: {count}. Not saved: {left}; the list says why."),
        "noAnswer": _("No answer from the server. Nothing you entered is lost; save again."),
        "signedOut": _(
            "You are signed out. Sign in on another tab, then save again; nothing is lost."
        ),
        "undone": _("Undone."),
        "nothingToUndo": _("There is nothing to undo."),
        "stepUpFixed": _("{pair} names a better main product; open its own page."),
        "inheritedFixed": _("{pair} comes from the row of another product: give it a rating."),
        "copied": _("Copied: {rows} × {columns}."),
        "pasted": _("Pasted: {count} changed, {gone} of them taken out."),
        "pasteUnknown": _("Nothing was pasted. {pair}: “{text}” is no rating. Use s, g, p, x."),
        "pasteUnknownMore": _("And {count} more."),
        "pasteTooBig": _(
            "Nothing was pasted. The block has {rows} × {columns} cells; here is room for "
            "{roomRows} × {roomColumns}."
        ),
        "pasteFixed": _("Nothing was pasted. {pair} cannot be rated here."),
        "meanwhile": _("Meanwhile: {theirs}"),
        "yours": _("Yours: {mine}"),
        "takeTheirs": _("Take theirs"),
        "keepMine": _("Keep mine"),
        "goToCell": _("Go to the cell"),
        "manyCells": _("{count} cells: what you enter here goes to all that are rated"),
        "noCell": _("This cell could not be read. Try again."),
    }
