"""What can be wrong with certificates.

AdmissionError              says what was expected and what came
├── NameRefused             no name that a certificate may carry
├── AuthorityMissing        the folder holds no authority, or only half of one
├── AuthorityExists         the folder holds one already
├── IdentityMissing         a client has no certificate or key where they were expected
└── RequestRefused          a certificate signing request that is not what it should be
"""

from __future__ import annotations


class AdmissionError(Exception):
    """Something about a certificate, its authority or its name is not as it must be."""


class NameRefused(AdmissionError):  # noqa: N818 - these read as what they are
    """A name that a certificate may not carry."""


class AuthorityMissing(AdmissionError):  # noqa: N818
    """There is no certificate authority in the folder."""


class AuthorityExists(AdmissionError):  # noqa: N818
    """A new authority would put every certificate of the old one out of force."""


class IdentityMissing(AdmissionError):  # noqa: N818
    """A client's certificate or key is not there."""


class RequestRefused(AdmissionError):  # noqa: N818
    """A certificate signing request cannot be signed."""
