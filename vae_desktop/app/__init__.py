"""State and threads between the core and the window: QtCore only, no widget.

`Session` owns the data set, the model, the cursor and the selection; controllers beside it drive the core's
generators in worker threads. Importing this package loads neither torch nor scikit-learn.
"""
