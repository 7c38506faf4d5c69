"""The readers' agreement laid out as tables, the same for screen, command line and files."""
