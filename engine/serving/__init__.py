"""Accepts requests, lets them wait fairly, and runs them on devices. Knows no web framework."""
