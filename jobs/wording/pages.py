"""How pages are made from templates: whatever is put in is escaped, nothing may be missing."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


def page_template(folder: Path, name: str) -> Template:
    """A template of HTML in the folder.

    Args:
        folder: Where it and what it includes are.
        name: Its file name.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
