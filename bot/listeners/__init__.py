"""The ways in: commands, reactions, mentions, shortcuts, buttons. Each finds the step that answers; none decides."""
