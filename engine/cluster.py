"""`python -m engine.cluster`: the engine on several machines; `engine.api.cluster` is the program."""

import sys

from engine.api.cluster import main

if __name__ == "__main__":
    sys.exit(main())
