"""The README's key table, made from the program's own registry of commands."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.ui.commands import COMMANDS

README = Path(__file__).resolve().parent.parent / "README.md"
START = "<!-- keys: made by screenshots/keys.py from hlh_tui/ui/commands.py -->\n"
END = "<!-- end of keys -->\n"


def key_table() -> str:
    """A Markdown table with one row for each group of keys on each screen."""
    rows: dict[tuple[str, str], list[str]] = {}
    for command in COMMANDS:
        keys = "`, `".join(shown(key) for key in command.keys)
        rows.setdefault((command.where, command.group), []).append(f"`{keys}` {in_a_sentence(command.label)}")
    lines = ["| screen | keys |", "|---|---|"]
    lines += [f"| {place(where, group)} | {' · '.join(keys)} |" for (where, group), keys in rows.items()]
    return "\n".join(lines) + "\n"


def place(where: str, group: str) -> str:
    """The row's heading: the screen, and the group where the screen has several."""
    return f"{where}, {group}" if where == "review" else group


def in_a_sentence(label: str) -> str:
    """The label without its capital, unless it is an abbreviation such as CR."""
    return label if label.isupper() else label[0].lower() + label[1:]


def shown(key: str) -> str:
    """A key as it is printed on the keyboard."""
    return {
        "question_mark": "?", "colon": ":", "slash": "/", "plus": "+", "equals_sign": "=", "minus": "-",
        "left_square_bracket": "[", "right_square_bracket": "]", "left": "←", "right": "→", "up": "↑", "down": "↓",
        "escape": "esc",
    }.get(key, key)  # fmt: skip


def with_key_table(readme: str) -> str:
    """The README with the table put between its marks."""
    head, rest = readme.split(START)
    return head + START + key_table() + END + rest.split(END)[1]


if __name__ == "__main__":
    README.write_text(with_key_table(README.read_text(encoding="utf-8")), encoding="utf-8")
