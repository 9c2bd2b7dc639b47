"""The application: `create_app()` wires it, `python app.py` serves it. Wiring only; nobody imports it."""

from __future__ import annotations

import gc

gc.disable()  # while the house is loaded: nothing of it is garbage

from flask import Flask

import commands
import models
import views
from models.core.checks import check
from services.database import open_database
from services.settings import Settings

gc.freeze()  # nor ever: neither what follows nor the end of the process looks through it again
gc.enable()


def create_app(settings: Settings | None = None) -> Flask:
    """An application over one instance; wrong declarations stop the start."""
    settings = settings or Settings()
    check(models.registers())
    app = Flask(__name__)
    app.secret_key = settings.secret_key
    app.config["SETTINGS"] = settings
    open_database(app, settings.database)
    views.mount(app)
    commands.mount(app)
    return app


if __name__ == "__main__":
    from commands.serving import serve

    serve(create_app, Settings())
