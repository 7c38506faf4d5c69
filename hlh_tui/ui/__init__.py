"""How it looks: the app, its screens and widgets."""
