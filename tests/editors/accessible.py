"""What is on a screen, as a screen reader is told: run by the system's Python, which has gi.

For each line on standard input one line of JSON: the elements that are shown, with their role,
name, text and place; of the text under the cursor the place of the cursor.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

LONGEST = 2000
"""Characters read of a text; the code itself is longer, what is shown about it is not."""


def elements(element, found):
    """Add an element that is shown and those in it, depth first."""
    states = element.get_state_set()
    if not states.contains(Atspi.StateType.SHOWING):
        return
    box = element.get_extents(Atspi.CoordType.SCREEN)
    one = {
        "role": element.get_role_name(),
        "name": element.get_name(),
        "text": "",
        "box": [box.x, box.y, box.width, box.height],
    }
    if "Text" in element.get_interfaces():
        end = min(LONGEST, Atspi.Text.get_character_count(element))
        one["text"] = Atspi.Text.get_text(element, 0, end)
        offset = Atspi.Text.get_caret_offset(element)
        whole = Atspi.Text.get_text(element, 0, offset)
        at = Atspi.Text.get_character_extents(element, offset, Atspi.CoordType.SCREEN)
        start = Atspi.Text.get_character_extents(
            element, whole.rfind("\n") + 1, Atspi.CoordType.SCREEN
        )
        # Kate's places are beside the truth by the width of its border; distances are right.
        one["cursor"] = [box.x + at.x - start.x, at.y]
    found.append(one)
    for number in range(element.get_child_count()):
        child = element.get_child_at_index(number)
        if child is not None:
            elements(child, found)


def listen(heard):
    """Remember what gets the focus; a menu that opens for itself is heard of in no other way."""

    def focused(event):
        heard[:] = [event.source.get_role_name(), event.source.get_name()]

    listener = Atspi.EventListener.new(focused)
    listener.register("object:state-changed:focused")
    listener.register("focus:")
    listener.register("object:selection-changed")
    return listener


def main():
    """Answer until the input ends; what goes while it is looked at is left out."""
    Atspi.set_timeout(10_000, 30_000)  # milliseconds: a busy application answers late
    heard = []
    listeners = [listen(heard)]
    for _ in sys.stdin:
        while GLib.MainContext.default().iteration(False):
            pass
        found = []
        try:
            desktop = Atspi.get_desktop(0)
            for number in range(desktop.get_child_count()):
                application = desktop.get_child_at_index(number)
                for place in range(application.get_child_count()):
                    window = application.get_child_at_index(place)
                    if window is not None:
                        elements(window, found)
        except GLib.Error:
            pass
        if heard:
            found.append({"role": "focus", "name": heard[1], "text": "", "box": [0, 0, 0, 0]})
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
    listeners.clear()  # until here it must not be collected


main()
