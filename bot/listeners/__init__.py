"""The ways in, each with its table: commands, buttons, forms, emoji, shortcuts, and mentions. None decides.

A listener reads what Slack sent, finds the step's function, acknowledges in time, and turns a refusal into an answer
where the person is looking.
"""
