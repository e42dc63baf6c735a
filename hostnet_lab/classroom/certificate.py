"""A certificate for a class that has none: made here, believed by nobody else. Browsers warn once; what is typed is hidden."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from ..core.errors import BadRequest
from ..edges.console import say
from ..edges.kept_value import set_aside
from ..kept import file
from ..kept.unusable import Reason, Unusable
from ..words import tr

DAYS = 90


def make(folder: Path, host: str) -> tuple[Path, Path]:
    """Certificate and key for an address or a name, as PEM files in ``folder``; those that are there for it are kept."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    try:
        if _serves(certificate, key, host):
            return certificate, key
    except (OSError, ValueError) as error:
        why = error if isinstance(error, OSError) else Unusable(certificate, Reason.NOT_READABLE)
        for one in filter(os.path.lexists, (certificate, key)):
            set_aside(one, why, say)
    _write(certificate, key, host)
    return certificate, key


def _serves(certificate: Path, key: Path, host: str) -> bool:
    """Are they there, for this address or name, and for another day at least? Raises OSError or ValueError for damaged ones."""
    import ssl

    from cryptography import x509

    if not (os.path.lexists(certificate) or os.path.lexists(key)):  # of one without the other, it is the missing one that is named
        return False
    there = x509.load_pem_x509_certificate(file.read(certificate))
    file.read(key)  # a plain file, before OpenSSL opens it
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    try:
        names = there.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    return _name(host) in list(names) and there.not_valid_after_utc > datetime.now(UTC) + timedelta(days=1)


def fingerprint(certificate: Path) -> str:
    """SHA-256, as browsers show it: what a learner can compare with the teacher's screen."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    digest = x509.load_pem_x509_certificate(file.read(certificate)).fingerprint(SHA256())
    return ":".join(f"{byte:02X}" for byte in digest)


def check(certificate: Path, key: Path) -> None:
    """Raises BadRequest where the two cannot be read, or do not belong together."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:
        tried = tr("use {cert} with {key}", cert=f"--cert {certificate}", key=f"--key {key}")
        do = tr("name a PEM certificate and its own key without password")
        raise BadRequest(tried, str(error) or type(error).__name__, do) from error


def _name(host: str):  # type: ignore[no-untyped-def]  # x509's classes are imported late
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(certificate: Path, key: Path, host: str) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    secret = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hostnet-lab classroom")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, secret.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(secret, SHA256())
    )
    text = secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the class is kept there, and refuses an open one
    file.write(key, text)
    file.write(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
