"""How fast Framescope trains beside plain Trainer and SetFit."""
