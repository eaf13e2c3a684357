"""The whole product on one machine: starts its three programs, and plays its loop as a person would."""
