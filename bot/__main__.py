"""`python -m bot`: run the bot."""

from bot.start.process import main

raise SystemExit(main())
