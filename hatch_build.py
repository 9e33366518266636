"""Adds the pages' SPARQL engine and editor to wheel, sdist and editable install; see web/build.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EngineHook(BuildHookInterface[Any]):
    """Runs before a build; a failure is told and the build goes on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch them where they are not there yet."""
        spec = importlib.util.spec_from_file_location("build", Path(self.root, "web", "build.py"))
        if spec is None or spec.loader is None:
            return
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        problem = module.build_assets()
        if problem:
            self.app.display_warning(f"{module.MISSED}: {problem}.")
