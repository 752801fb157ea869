"""The window: widgets that mirror the session and send it intents; they compute nothing."""
