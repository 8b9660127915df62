"""What identifies a dialog with the other side (RFC 3261 section 12), read off the messages themselves.

PJSIP keeps tags and the remote target to itself; whoever is to replace this dialog (RFC 3891) needs them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from softphone.engine.problems import CannotDoError
from softphone.engine.sip.message import SipMessage
from softphone.engine.sip.validation import check_uri
from softphone.model.held_call import Dialog
from softphone.model.sip import NameAddr, header_values, split_list

_TAG = re.compile(r";\s*tag\s*=\s*([^;\s]+)", re.I)
_TARGET_REFRESH = ("INVITE", "UPDATE")  # RFC 3261 section 12.2, RFC 3311 section 5


class DialogRecord:
    """Fed with the messages of one call; ``dialog`` is what they say so far."""

    def __init__(self) -> None:
        self.dialog = Dialog()

    def received(self, text: str) -> None:
        """A message of the other side, as it came from the network; empty when there came none."""
        if text:
            self.take(SipMessage.parse(text))

    def take(self, message: SipMessage) -> None:
        """The same, read already."""
        own, other = ("To", "From") if message.request_uri else ("From", "To")
        self._identify(message, tag_of(message.first(own)), tag_of(message.first(other)))
        if message.first("CSeq").partition(" ")[2].strip() in _TARGET_REFRESH:
            self._take_target(message)
        self._take_extensions(message)

    def sent(self, text: str) -> None:
        """An answer of ours: it is where our tag of an incoming call first appears."""
        if text:
            message = SipMessage.parse(text)
            self._identify(message, tag_of(message.first("To")), tag_of(message.first("From")))

    def _identify(self, message: SipMessage, local_tag: str, remote_tag: str) -> None:
        now = self.dialog
        self.dialog = replace(
            now,
            sip_call_id=message.first("Call-ID") or now.sip_call_id,
            local_tag=local_tag or now.local_tag,
            remote_tag=remote_tag or now.remote_tag,
        )

    def _take_target(self, message: SipMessage) -> None:
        """The Contact, when it can be dialled; what comes from the network may be anything."""
        uri = NameAddr.parse(message.first("Contact")).uri
        try:
            check_uri(uri)
        except CannotDoError:
            return
        self.dialog = replace(self.dialog, remote_target=uri)

    def _take_extensions(self, message: SipMessage) -> None:
        """RFC 3261 section 20.37; a message without the header says nothing new."""
        values = header_values(message.headers, "Supported")
        if values:
            known = {option.casefold() for value in values for option in split_list(value)}
            self.dialog = replace(self.dialog, replaces="replaces" in known)


def tag_of(value: str) -> str:
    """The tag in the value of a From or To header, empty when it has none."""
    found = _TAG.search(NameAddr.parse(value).params)
    return found[1] if found else ""
