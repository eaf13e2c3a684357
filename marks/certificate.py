"""A certificate chain for development: an authority of one's own and a signer that it vouches for.

Readers show what it signs as valid, by someone unknown. Needs the library cryptography, which c2pa-python brings.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: how long the chain is good for
LIFE = timedelta(days=365)


def make(folder: Path, *, name: str = "Draftroom test") -> tuple[Path, Path]:
    """Write `chain.pem` and `key.pem`; their paths. The authority's key is thrown away. Raises FileExistsError."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = datetime.now(UTC)
    authority, signer = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def named(who: str) -> x509.Name:
        return x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, who), x509.NameAttribute(NameOID.ORGANIZATION_NAME, who)]
        )

    def issued(who: str, key: ec.EllipticCurvePrivateKey, *, is_signer: bool) -> bytes:
        usage = x509.KeyUsage(
            digital_signature=is_signer,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=not is_signer,
            crl_sign=not is_signer,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(who))
            .issuer_name(named(f"{name} authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + LIFE)
            .add_extension(x509.BasicConstraints(ca=not is_signer, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False
            )
        )
        if is_signer:
            # C2PA's certificate profile wants one of a few purposes; this one needs no registration.
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purpose, critical=False)
        return builder.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    folder.mkdir(parents=True, exist_ok=True)
    chain, key = folder / "chain.pem", folder / "key.pem"
    secret = signer.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    chain.write_bytes(
        issued(f"{name} signer", signer, is_signer=True)
        + issued(f"{name} authority", authority, is_signer=False)
    )
    return chain, key
