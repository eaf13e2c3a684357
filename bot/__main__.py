"""`python -m bot`: run the bot."""

from bot.app import main

raise SystemExit(main())
