"""What only some pictures need is not in memory before one of them comes."""

import subprocess
import sys


def test_a_bot_that_starts_does_not_hold_what_only_fixes_reckon_with():
    asked = "import sys, bot.start.process; print('scipy.ndimage' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
