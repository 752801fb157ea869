"""Parts of the bundle's build."""
