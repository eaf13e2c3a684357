"""Slack's Web API: one module per family of methods, each registering method, scope, rate tier and handler."""

from sandbox.web_api import auth, chat, conversations, files, oauth, reactions, users, views

__all__ = ["auth", "chat", "conversations", "files", "oauth", "reactions", "users", "views"]
