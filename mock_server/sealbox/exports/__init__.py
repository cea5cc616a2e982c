"""Exchanges of a journal in forms that other tools take: HAR 1.2, curl, pytest. Pure: text comes out."""
