"""Stands in for accelerate in tests."""
