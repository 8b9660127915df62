"""How fast the softphone rings, asks and answers, beside a bare pjsua2 script and baresip: ``make bench``."""
