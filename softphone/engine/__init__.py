"""The engine process: SIP user agent and sound card. The only importer of pjsua2 and miniaudio."""
