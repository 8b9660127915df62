"""SIP: PJSIP's endpoint, account, calls and messages, on the one thread that owns the library."""
