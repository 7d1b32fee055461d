"""Certificates: who may speak to the broker, and as whom; README.md says what lives here.

Public: `authority.Authority`, `identities.folder_identities`, `identities.issuing_identities`, `tls.client_context`,
`names.device_name`, `errors.AdmissionError`. Nothing here knows the registry or the broker's process.
"""
