"""The first step of all: a team's own Slack, from the manifest to a first message in a channel."""
