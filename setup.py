"""Finds the packages; everything else about the build is in pyproject.toml."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["vae_desktop", "vae_desktop.*"]), "vae_desktop.resources"])
