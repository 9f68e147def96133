"""A migrated SQLite store, a tiny model, and logs that don't outlive a test."""

import shutil

import pytest
import structlog

from storage.database import open_store
from storage.migrate import upgrade


@pytest.fixture(autouse=True)
def own_logs():
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "remous.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def url(template, tmp_path):
    """A migrated, empty database."""
    return f"sqlite:///{shutil.copy(template, tmp_path / 'remous.db')}"


@pytest.fixture
def store(url):
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory):
    """Random weights."""
    from tests.tiny import tiny_model

    return tiny_model(tmp_path_factory.mktemp("model"))
