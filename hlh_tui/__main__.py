"""``python -m hlh_tui`` does what the ``hlh-tui`` command does."""

from hlh_tui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
