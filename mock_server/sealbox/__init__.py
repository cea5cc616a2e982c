"""A local stand-in for VEC.digital certificate batches and QI Tech CertifiQI signing events."""

__version__ = "0.1.0"
