"""Labelled images: the built-in digits, the known sets that can be downloaded, and IDX files of one's own."""
