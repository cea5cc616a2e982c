"""The control plane, `openapi/_sandbox`: one function per operationId, in modules by subject.

Each API has some of its own in `sealbox.apis.<api>.control`. Errors are RFC 9457 problem details.
"""
