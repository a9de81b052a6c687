"""A certificate authority of a test's own, and what it vouches for."""

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Issued:
    """A certificate and its key in files."""

    cert_file: Path
    key_file: Path


@dataclass(frozen=True)
class Authority:
    """Signs certificates for localhost, and keeps everything below a directory."""

    directory: Path
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def ca_file(self) -> Path:
        path = self.directory / "ca.pem"
        if not path.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._signed("Test CA", self.key, is_ca=True).public_bytes(_PEM))
        return path

    def issue(self, name: str, password: str | None = None) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        issued = Issued(self.directory / f"{name}.pem", self.directory / f"{name}-key.pem")
        self.directory.mkdir(parents=True, exist_ok=True)
        issued.cert_file.write_bytes(self._signed(name, key, is_ca=False).public_bytes(_PEM))
        sealed = (
            serialization.BestAvailableEncryption(password.encode())
            if password
            else serialization.NoEncryption()
        )
        form = serialization.PrivateFormat.PKCS8
        issued.key_file.write_bytes(key.private_bytes(_PEM, form, sealed))
        return issued

    def _signed(
        self, name: str, key: ec.EllipticCurvePrivateKey, *, is_ca: bool
    ) -> x509.Certificate:
        now, issuer, own = datetime.now(UTC), self.key.public_key(), key.public_key()
        known = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=is_ca,
            crl_sign=is_ca,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder(
                _named("Test CA"), _named(name), own, x509.random_serial_number()
            )
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(known), critical=False)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False
            )
        )
        return builder.sign(self.key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
