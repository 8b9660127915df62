"""A phone of bare pjsua2 as the customer: PJSIP as others use it, which is what many telephones are made of."""

from __future__ import annotations

from tests.lab.modern_baresip import ModernBaresip


class PjsuaPhone(ModernBaresip):
    """Without a registrar; it can dial and hang up, and does as REFER and Replaces ask without asking anybody.

    ``heard`` is complete once its last call has ended.
    """

    program = "tests.lab.pjsua_peer"
