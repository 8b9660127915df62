"""A certificate authority for the occasion, and the servers' certificate signed by it."""

from __future__ import annotations

from pathlib import Path

from softphone.demo.team.programs import LOOPBACK, run

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make_certificates(folder: Path) -> None:
    """ca.pem, and server.pem with server.key for the loopback address (RFC 5922: the name in subjectAltName).

    With what RFC 5280 section 4.2.1 asks of an authority: Python looks from 3.13 on.
    """

    def openssl(*arguments: str) -> None:
        run(["openssl", *arguments], cwd=folder)

    names = f"subjectAltName=IP:{LOOPBACK},DNS:localhost\nauthorityKeyIdentifier=keyid\n"
    (folder / "names").write_text(names, encoding="ascii")
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign", "-subj", "/CN=Team CA")
    openssl("req", "-x509", *_NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", *usage)
    openssl("req", *_NEW_KEY, "-keyout", "server.key", "-out", "server.csr", "-subj", f"/CN={LOOPBACK}")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names")
    openssl("x509", "-req", "-in", "server.csr", *signing, "-out", "server.pem")
