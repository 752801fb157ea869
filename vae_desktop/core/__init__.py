"""Everything that is true without a screen: data, models, training, checkpoints, projection, export.

Nothing here imports Qt, and importing this package alone imports neither torch nor scikit-learn: each heavy
library is loaded by the module that needs it.
"""
