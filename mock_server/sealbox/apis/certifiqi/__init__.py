"""QI Tech CertifiQI signing events."""
